// What the other scripts say stands in the page, where the press wrote it: `words("replay")` gives a function
// that gives a sentence by its name, with values in the place of theirs.
window.words = (script) => {
  const all = JSON.parse(document.querySelector("script.words").textContent)[script];
  const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const say = (name, values) => filled(all[name], values);
  /** A sentence in parts, of which every second one is to stand out. */
  say.parts = (name, values) => all[name].split(/<\/?b>/).map((part) => filled(part, values));
  return say;
};
