'use strict';
// In the place of highlight.js, by the name that mdBook calls: the four languages of this book, in a
// fiftieth of the weight. What is marked is no element but a range, painted by code.css: a chapter has
// thousands of words of code, and a page should not have thousands of nodes for them.
const hljs = (() => {
  const RUST = /(?<comment>\/\/.*|\/\*[^]*?\*\/)|(?<string>b?r#"[^]*?"#|[bcr]{0,2}"(?:[^"\\]|\\[^])*"|b?'(?:[^'\\\n]|\\.[^'\n]*)')|(?<number>\b\d\w*(?:\.\d+)?)|(?<keyword>\b(?:as|async|await|break|const|continue|crate|dyn|else|enum|false|fn|for|if|impl|in|let|loop|match|mod|move|mut|pub|ref|return|self|Self|static|struct|super|trait|true|type|unsafe|use|where|while)\b)|(?<type>#!?\[[^\]\n]*\]|\b[A-Z]\w*|\b(?:[iu](?:8|16|32|64|128|size)|bool|char|str|f32|f64)\b)/g;
  const PYTHON = /(?<comment>#.*)|(?<string>"""[^]*?"""|[bfr]?"(?:[^"\\\n]|\\.)*"|[bfr]?'(?:[^'\\\n]|\\.)*')|(?<number>\b\d\w*(?:\.\d+)?)|(?<keyword>\b(?:and|as|async|await|break|class|continue|def|del|elif|else|except|finally|for|from|if|import|in|is|lambda|not|or|pass|raise|return|try|while|with|yield|None|True|False)\b)|(?<type>@[\w.]+)/g;
  const CONSOLE = /(?<comment>(?<=^|\s)# .*)/g;
  const LANGUAGES = { rust: RUST, python: PYTHON, console: CONSOLE };
  const WRAPPED = ['rust', 'python'];
  // A line longer than a page is wide, or a phone, or half of a page, is broken with a hanging indent
  // where it must be; what is shorter is sure to fit and left alone.
  const [WIDE, NARROW] = [76, 34];
  // What is shorter stays on one line of a sentence, hyphens and all.
  const SHORT = 16;
  const phone = matchMedia('(max-width: 700px)').matches;
  const beside = matchMedia('(min-width: 900px)').matches; // as in code.css
  const paints = {};

  const paint = (kind, node, from, to) => {
    if (!globalThis.CSS?.highlights) return;
    if (!paints[kind]) CSS.highlights.set(`code-${kind}`, (paints[kind] = new Highlight()));
    const range = new Range();
    range.setStart(node, from);
    range.setEnd(node, to);
    paints[kind].add(range);
  };

  const made = (className, text) => Object.assign(document.createElement('span'), { className, textContent: text });

  const texts = (block) => {
    const walk = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walk.nextNode()) found.push(walk.currentNode);
    return found;
  };

  // Puts what `part` makes of a line in its place; whatever it leaves alone stays one text.
  const lines = (block, part, end = /(?<=\n)/) => {
    for (const node of texts(block)) {
      // A group in the pattern is a piece of the split, and nothing.
      const pieces = node.data.split(end).filter(Boolean).map((line) => part(line) ?? [line]).flat();
      if (pieces.some((piece) => typeof piece !== 'string')) node.replaceWith(...pieces);
    }
    block.normalize();
  };

  // The lines of a comment are one: broken each by itself, every second would end after a word. What is
  // a heading, a point of a list, code or a drawing ends it.
  const COMMENT = /^ *(\/\/[/!]?|#) /;
  const PARAGRAPH = /(?<=\n)(?!(?<=^( *)(\/\/[/!]?|#) (?!#).*\n)\1\2 (?! |#|```|(?:[-*]|\d+\.) ))/m;

  // `tight`: half of each indent does.
  const hanging = (most, tight) => (text) => {
    const code = text.trimEnd();
    const deep = code.length - code.trimStart().length;
    const shown = tight ? deep / 2 : deep;
    const each = code.split('\n').map((line) => line.slice(deep));
    const fits = each.every((line) => shown + line.length <= most);
    if (fits && shown === deep) return null;
    const indent = code.slice(0, deep);
    if (fits) return text.split(/(?<=\n)/).flatMap((line) => [made('half', indent), line.slice(deep)]);
    const mark = code.match(COMMENT)?.[1];
    const span = made(mark ? 'long comment' : 'long', each[0]);
    for (const line of each.slice(1)) {
      // Not seen, and copied all the same.
      span.append(made('again', `\n${indent}${mark}`), line.slice(mark.length));
    }
    span.style.setProperty('--indent', shown);
    if (mark) span.style.setProperty('--hang', mark.length + 1);
    // The indent is there to be copied, and has no width: what is seen is the indent of the whole.
    return [...(deep ? [made('indent', indent)] : []), span, text.slice(code.length)];
  };

  // A command is broken between its words alone: `-` and `-full` at the ends of two lines are no `--full`.
  const whole = (command) => {
    const [words, comment] = command.textContent.split(/\s+(?=# )/, 2);
    const each = words.split(/( +)/).map((word) => (/-/.test(word) ? made('word', word) : word));
    command.replaceChildren(...each, ...(comment ? [' ', made('remark', comment)] : []));
  };

  // A prompt is seen and not copied. What a program prints is broken like a command, but no drawing is.
  let goesOn = false;
  const terminal = (line) => {
    const begins = line.startsWith('$ ');
    const command = begins || goesOn;
    goesOn = command && line.trimEnd().endsWith('\\');
    const rest = begins ? line.slice(2) : line;
    const pieces = (!/[\u2500-\u259f]/.test(rest) && hanging(phone ? NARROW : WIDE)(rest)) || [rest];
    const long = pieces.find((piece) => piece.className === 'long');
    if (command && long) whole(long);
    if (begins) {
      const sign = made('prompt', '');
      if (long) long.prepend(sign);
      else pieces.unshift(sign);
    }
    return pieces;
  };

  // Where a line must be broken, it is so before a method and behind a bracket, rather than within a name;
  // and an arrow is one sign.
  const breakable = (node, places = /->|(?=\.[a-z])|(?<=[([])(?![)\]]|$)|(?<=::)/g) => {
    for (const { 0: arrow, index: at } of [...node.data.matchAll(places)].reverse()) {
      const rest = node.splitText(at);
      if (arrow) {
        rest.splitText(2);
        const span = made('word', '');
        rest.before(span);
        span.append(rest);
      } else if (at > 0) {
        rest.before(document.createElement('wbr'));
      }
    }
  };

  return {
    configure() {},
    highlightBlock(block) {
      if (block.parentElement.tagName !== 'PRE') {
        const cell = block.closest('td'); // as narrow as its longest word
        if (!cell && block.textContent.length <= SHORT) block.classList.add('word');
        else if (/(^|\s)-/.test(block.textContent)) whole(block);
        else if (phone && cell) texts(block).forEach((node) => breakable(node, /(?=\.[a-z])|(?<=::)/g));
        return;
      }
      const language = Object.keys(LANGUAGES).find((name) => block.classList.contains(`language-${name}`));
      if (!language) return;
      if (language === 'console') lines(block, terminal);
      const narrow = phone || (beside && block.closest('.pair'));
      const wraps = WRAPPED.includes(language);
      if (wraps) lines(block, hanging(narrow ? NARROW : WIDE, phone), PARAGRAPH);
      for (const node of texts(block)) {
        if (node.parentElement.closest('.comment')) continue; // it has its colour from code.css
        for (const found of node.data.matchAll(LANGUAGES[language])) {
          const kind = Object.keys(found.groups).find((name) => found.groups[name] !== undefined);
          paint(kind, node, found.index, found.index + found[0].length);
        }
      }
      // After that, for what is painted keeps its place in a text that is split.
      if (wraps && narrow) block.querySelectorAll('.long:not(.comment)').forEach((line) => texts(line).forEach((node) => breakable(node)));
    },
  };
})();
