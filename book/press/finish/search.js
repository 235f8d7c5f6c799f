(() => {
  // Most readers search for nothing, and need not load what searches.
  const parts = PARTS;
  const toggle = document.getElementById('mdbook-search-toggle');
  let asked = false;
  const load = (then) => {
    if (asked) return;
    asked = true;
    const next = () => {
      if (!parts.length) return then?.();
      const script = document.createElement('script');
      script.src = parts.shift();
      script.onload = next;
      document.head.append(script);
    };
    next();
  };
  const open = () => toggle.click();
  toggle.addEventListener('click', () => load(open), { once: true });
  document.addEventListener('keydown', (event) => {
    const typing = /^(input|select|textarea)$/i.test(event.target.nodeName);
    const plain = !event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (!asked && plain && !typing && (event.key === 's' || event.key === '/')) {
      event.preventDefault();
      load(open);
    }
  });
  if (/[?&](search|highlight)=/.test(location.search)) load();
})();
