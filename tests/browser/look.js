// What a pair of eyes would find on the page, as a list of complaints.
(() => {
  const wrong = [];
  const say = (what, el) => wrong.push(`${what}: ${(el?.outerHTML ?? "").slice(0, 160)}`);
  const seen = (el) => el.getClientRects().length > 0 && getComputedStyle(el).visibility === "visible";
  const room = document.documentElement.clientWidth;
  // What a reader opens is looked at open, and is closed again before it is printed.
  const folds = [...document.querySelectorAll("details.prediction")];
  for (const fold of folds) {
    if (fold.open) say("a prediction is spoiled", fold);
    fold.open = true;
  }

  for (const line of document.querySelectorAll(".boring")) {
    if (seen(line)) say("a hidden line is shown", line);
  }
  for (const svg of document.querySelectorAll("figure > svg")) {
    const box = svg.getBoundingClientRect();
    if (box.width < 250 || box.height < 40) say(`a figure of ${box.width} by ${box.height}`, svg);
    if (!svg.querySelector("title")?.textContent || !svg.querySelector("desc")?.textContent) {
      say("a figure says nothing to who cannot see it", svg);
    }
    if (!svg.querySelector("rect, path, circle")) say("a figure shows nothing", svg);
    const texts = [...svg.querySelectorAll("text")];
    for (const text of texts) {
      const { left, right } = text.getBoundingClientRect();
      if (left < -1 || right > room + 1) say("a text stands outside the page", text);
      if (parseFloat(getComputedStyle(text).fontSize) < 12) say("a text is too small", text);
    }
    const boxes = texts.map((text) => text.getBoundingClientRect());
    boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b) => {
      const over = a.left < b.right && b.left < a.right && a.top + 2 < b.bottom && b.top + 2 < a.bottom;
      if (over) say("a text lies on another", texts[i]);
    }));
    // A moving one tells no numbers: its page asks what they will be.
    // A diagram drawn by hand shows nothing measured: its words are all there is to it.
    const drawn = svg.closest(".figure");
    if (drawn && !drawn.matches(".moving") && !drawn.querySelector("details :is(td, pre.data)")) say("a figure has no data behind it", svg);
  }
  if (document.documentElement.scrollWidth > room + 1) {
    say(`the page is ${document.documentElement.scrollWidth} wide in ${room}`);
  }

  // A comment is shown as one paragraph, and copied as the lines that the file has.
  for (const code of document.querySelectorAll("pre > code:has(.again):not(:has(.boring))")) {
    if (code.closest("details:not([open])")) continue; // nothing is shown, so nothing is told of it
    if (code.innerText.trimEnd() !== code.textContent.trimEnd()) say("a copy is not what the file has", code);
  }

  // Contrast by WCAG: 4.5 for text, 3 for what is drawn.
  const paint = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    paint.clearRect(0, 0, 1, 1);
    paint.fillStyle = colour;
    paint.fillRect(0, 0, 1, 1);
    return [...paint.getImageData(0, 0, 1, 1).data].map((v) => v / 255);
  };
  const over = ([r, g, b, a], below) => [r, g, b].map((v, i) => v * a + below[i] * (1 - a));
  const behind = (el) => {
    const layers = [];
    for (let at = el; at; at = at.parentElement) layers.push(rgba(getComputedStyle(at).backgroundColor));
    return layers.reverse().reduce((below, layer) => over(layer, below), [1, 1, 1]);
  };
  const light = (rgb) => {
    const [r, g, b] = rgb.map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (colour, el) => {
    const below = behind(el);
    const [a, b] = [light(over(rgba(colour), below)), light(below)];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  };
  const enough = (selector, property, least) => {
    for (const el of document.querySelectorAll(selector)) {
      const have = contrast(getComputedStyle(el)[property], el.closest("svg")?.parentElement ?? el);
      if (have < least) {
        say(`contrast ${have.toFixed(2)} in ${document.documentElement.className || "no theme"}`, el);
        return;
      }
    }
  };
  const root = document.documentElement;
  const themes = ["light", "rust", "coal", "navy", "ayu"];
  // Without its script mdBook has two looks and no themes.
  const choice = root.classList.contains("js");
  const present = themes.filter((theme) => choice && root.classList.contains(theme));
  for (const theme of present.length ? themes : [null]) {
    if (theme) {
      root.classList.remove(...themes);
      root.classList.add(theme);
    }
    enough("figure text", "fill", 4.5);
    enough("figcaption p, .legend li, a.claim, .measured-table caption", "color", 4.5);
    enough("figure .served :is(rect, .bars), figure .failed :is(rect, .bars), figure .polling rect, figure .done circle", "fill", 3);
    enough("figure .waiting :is(rect, .bars), figure .woken rect, figure .pending rect", "fill", 2.3);
    enough("figure .curve path, figure .dots path, figure .failed path:not(.bars)", "stroke", 3);
    enough("figure .p50, figure .offered, figure .repeats, figure .median", "stroke", 3);
    enough("figure .p99", "stroke", 2.3);
  }
  if (present.length) {
    root.classList.remove(...themes);
    root.classList.add(...present);
  }
  for (const fold of folds) fold.open = false;
  return wrong;
})()
