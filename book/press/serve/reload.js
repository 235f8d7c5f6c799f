// Only served, never in a built book: reloads the page when there is a newer printing of it, and
// shows what keeps one from being made.
(() => {
  const shown = document.currentScript.dataset.printing;
  const panel = document.createElement("div");
  panel.id = "press-wrong";
  panel.setAttribute("role", "alert");
  panel.style.cssText =
    "position:fixed;inset:auto 0 0 0;max-height:60vh;overflow:auto;z-index:1000;margin:0;" +
    "padding:1rem 1.5rem;background:#3b0d0c;color:#fff;white-space:pre-wrap;" +
    "font:14px/1.5 ui-monospace,monospace;border-top:4px solid #e5534b";
  panel.hidden = true;
  document.body.append(panel);
  const hear = ({ printing, wrong }) => {
    if (printing !== shown) return location.reload();
    panel.textContent = wrong ?? "";
    panel.hidden = !wrong;
  };
  const listen = () => {
    if (!window.SharedWorker) {
      // Some browsers of phones have none, and nobody opens seven tabs there.
      new EventSource("/-/press/news").onmessage = (event) => hear(JSON.parse(event.data));
      return;
    }
    // A press that was started anew has a worker of its own, so that its script is the present one.
    const { port } = new SharedWorker(`/-/press/news.js?${shown.split("-")[0]}`);
    port.onmessage = (event) => hear(event.data);
    addEventListener("pagehide", () => port.postMessage("gone"), { once: true });
  };
  listen();
  // A page that is shown again from the browser's memory has missed what was said meanwhile.
  addEventListener("pageshow", (event) => event.persisted && listen());
})();
