// Only served, never in a built book: reloads the page when there is a newer edition of it, and
// shows what keeps one from being made.
(() => {
  const shown = document.currentScript.dataset.edition;
  const panel = document.createElement("div");
  panel.id = "press-wrong";
  panel.setAttribute("role", "alert");
  panel.style.cssText =
    "position:fixed;inset:auto 0 0 0;max-height:60vh;overflow:auto;z-index:1000;margin:0;" +
    "padding:1rem 1.5rem;background:#3b0d0c;color:#fff;white-space:pre-wrap;" +
    "font:14px/1.5 ui-monospace,monospace;border-top:4px solid #e5534b";
  panel.hidden = true;
  document.body.append(panel);
  const news = new EventSource("/-/press/news");
  news.onmessage = (event) => {
    const { edition, wrong } = JSON.parse(event.data);
    if (edition !== shown) return location.reload();
    panel.textContent = wrong ?? "";
    panel.hidden = !wrong;
  };
})();
