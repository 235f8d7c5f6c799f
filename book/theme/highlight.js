'use strict';
// In the place of highlight.js, by the name that mdBook calls: the four languages of this book, in a
// fiftieth of the weight. What is marked is no element but a range, painted by code.css: a chapter has
// thousands of words of code, and a page should not have thousands of nodes for them.
const hljs = (() => {
  const RUST = /(?<comment>\/\/.*|\/\*[^]*?\*\/)|(?<string>b?r#"[^]*?"#|[bcr]{0,2}"(?:[^"\\]|\\[^])*"|b?'(?:[^'\\\n]|\\.[^'\n]*)')|(?<number>\b\d\w*(?:\.\d+)?)|(?<keyword>\b(?:as|async|await|break|const|continue|crate|dyn|else|enum|false|fn|for|if|impl|in|let|loop|match|mod|move|mut|pub|ref|return|self|Self|static|struct|super|trait|true|type|unsafe|use|where|while)\b)|(?<type>#!?\[[^\]\n]*\]|\b[A-Z]\w*|\b(?:[iu](?:8|16|32|64|128|size)|bool|char|str|f32|f64)\b)/g;
  const PYTHON = /(?<comment>#.*)|(?<string>"""[^]*?"""|[bfr]?"(?:[^"\\\n]|\\.)*"|[bfr]?'(?:[^'\\\n]|\\.)*')|(?<number>\b\d\w*(?:\.\d+)?)|(?<keyword>\b(?:and|as|async|await|break|class|continue|def|del|elif|else|except|finally|for|from|if|import|in|is|lambda|not|or|pass|raise|return|try|while|with|yield|None|True|False)\b)|(?<type>@[\w.]+)/g;
  const CONSOLE = /(?<comment>(?<=\s)# .*)/g;
  const LANGUAGES = { rust: RUST, python: PYTHON, console: CONSOLE };
  const WRAPPED = ['rust', 'python'];
  // A line longer than a page is wide, or a phone, or half of a page, is broken with a hanging indent
  // where it must be; what is shorter is sure to fit and left alone.
  const [WIDE, NARROW] = [76, 34];
  const phone = matchMedia('(max-width: 700px)').matches;
  const paints = {};

  const paint = (kind, node, from, to) => {
    if (!globalThis.CSS?.highlights) return;
    if (!paints[kind]) CSS.highlights.set(`code-${kind}`, (paints[kind] = new Highlight()));
    const range = new Range();
    range.setStart(node, from);
    range.setEnd(node, to);
    paints[kind].add(range);
  };

  const texts = (block) => {
    const walk = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walk.nextNode()) found.push(walk.currentNode);
    return found;
  };

  // Puts what `part` makes of a line in its place; whatever it leaves alone stays one text.
  const lines = (block, part) => {
    for (const node of texts(block)) {
      const pieces = node.data.split(/(?<=\n)/).map((line) => part(line) ?? [line]).flat();
      if (pieces.some((piece) => typeof piece !== 'string')) node.replaceWith(...pieces);
    }
    block.normalize();
  };

  const hanging = (most) => (line) => {
    const code = line.trimEnd();
    if (code.length <= most) return null;
    const words = code.trimStart();
    const [span, indent] = [document.createElement('span'), document.createElement('span')];
    span.className = 'long';
    span.style.setProperty('--indent', code.length - words.length);
    span.textContent = words;
    // It is there to be copied, and has no width: what is seen is the indent of the whole.
    indent.className = 'indent';
    indent.textContent = code.slice(0, -words.length);
    return [...(indent.textContent ? [indent] : []), span, line.slice(code.length)];
  };

  // A prompt is seen and not copied.
  const prompt = (line) => {
    if (!line.startsWith('$ ')) return null;
    const sign = document.createElement('span');
    sign.className = 'prompt';
    const [command, ...rest] = (phone && hanging(NARROW)(line.slice(2))) || [line.slice(2)];
    if (rest.length) {
      command.prepend(sign);
      return [command, ...rest];
    }
    return [sign, command];
  };

  return {
    configure() {},
    highlightBlock(block) {
      const language = Object.keys(LANGUAGES).find((name) => block.classList.contains(`language-${name}`));
      if (!language || block.parentElement.tagName !== 'PRE') return;
      if (language === 'console') lines(block, prompt);
      const narrow = phone || block.closest('.pair');
      if (WRAPPED.includes(language)) lines(block, hanging(narrow ? NARROW : WIDE));
      for (const node of texts(block)) {
        for (const found of node.data.matchAll(LANGUAGES[language])) {
          const kind = Object.keys(found.groups).find((name) => found.groups[name] !== undefined);
          paint(kind, node, found.index, found.index + found[0].length);
        }
      }
    },
  };
})();
