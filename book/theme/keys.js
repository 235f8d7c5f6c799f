'use strict';
// What the keyboard needs of a page and mdBook does not give it.
(() => {
  const SCROLLS = 'pre > code, .table-wrapper, .evidence p > code';
  const HOLDS = 'pre, .table-wrapper, figure, details, button, label, [role], [contenteditable]';

  // Arrow keys turn pages, but not under the fingers of somebody who is in a table or a figure.
  window.addEventListener('keydown', (event) => {
    const held = event.target instanceof Element && event.target.closest(HOLDS);
    if (/^Arrow(Left|Right)$/.test(event.key) && held && held !== document.body) {
      event.stopPropagation();
    }
  }, true);

  // What is wider than its place can be reached, and scrolled there; what is not is no stop.
  const reach = () => {
    for (const box of document.querySelectorAll(SCROLLS)) {
      const scrolls = box.scrollWidth > box.clientWidth + 1;
      if (scrolls && !box.hasAttribute('tabindex')) {
        box.tabIndex = 0;
        box.dataset.reached = '';
      } else if (!scrolls && box.dataset.reached === '') {
        box.removeAttribute('tabindex');
        delete box.dataset.reached;
      }
    }
  };
  addEventListener('load', reach);
  addEventListener('toggle', reach, true);
  let later;
  addEventListener('resize', () => {
    clearTimeout(later);
    later = setTimeout(reach, 200);
  });
})();
