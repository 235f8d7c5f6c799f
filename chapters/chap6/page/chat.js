// A question goes out, and its answer is shown as it comes.

import { events } from './events.js';
import { WORDS } from './words.js';

const $ = (id) => document.getElementById(id);
let language = 'en';
let model = null;
let underway = null; // the AbortController of the answer that is coming

// --- in two languages ---------------------------------------------------------------------

// Says it now, and again in another language when the reader changes it.
function say(element, key, ...given) {
  element.dataset.say = key;
  element.dataset.given = JSON.stringify(given);
  const words = WORDS[language][key];
  element.textContent = typeof words === 'function' ? words(...given) : words;
  return element;
}

function speak(chosen) {
  language = chosen;
  document.documentElement.lang = language;
  document.title = WORDS[language].title;
  for (const element of document.querySelectorAll('[data-say]')) {
    if (element.id !== 'model' || model) {
      say(element, element.dataset.say, ...JSON.parse(element.dataset.given ?? '[]'));
    }
  }
  for (const element of document.querySelectorAll('[data-name]')) {
    element.setAttribute('aria-label', WORDS[language][element.dataset.name]);
  }
  for (const element of document.querySelectorAll('[data-hint]')) {
    element.placeholder = WORDS[language][element.dataset.hint];
  }
  for (const button of document.querySelectorAll('[data-language]')) {
    button.setAttribute('aria-pressed', button.dataset.language === language);
  }
  $('examples').replaceChildren(
    ...WORDS[language].examples.map((question) => {
      const button = make('button', question);
      button.type = 'button';
      button.addEventListener('click', () => ask(question));
      return make('li', button);
    }),
  );
}

// The book and its model may speak another language than the page.
const languageOf = (text) => (/[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]/.test(text) ? 'ko' : 'en');

// A browser may forbid a page to remember anything.
const remembered = {
  get() {
    try {
      return localStorage.getItem('language');
    } catch {
      return null;
    }
  },
  set(chosen) {
    try {
      localStorage.setItem('language', chosen);
    } catch {
      // It is asked for anew next time.
    }
  },
};

// --- a question and its answer -------------------------------------------------------------

// Made of text, never of markup: what a model says is not to be trusted.
function make(tag, ...inside) {
  const element = document.createElement(tag);
  element.append(...inside);
  return element;
}

class Turn {
  constructor(question) {
    this.question = question;
    this.asked = performance.now();
    const heading = make('h2', question);
    heading.lang = languageOf(question);
    heading.setAttribute('aria-live', 'off'); // who has typed it knows it
    this.text = make('p');
    this.text.className = 'text';
    this.tail = make('span');
    this.tail.setAttribute('aria-hidden', true);
    this.text.append(this.tail);
    this.clock = make('span');
    this.clock.setAttribute('aria-hidden', true);
    this.status = make('p', say(make('span'), 'waiting'), ' ', this.clock);
    this.status.className = 'status waiting';
    this.ticking = setInterval(() => this.tick(), 100);
    this.tick();
    this.section = make('section', heading, this.text, this.status);
    $('log').append(this.section);
  }

  tick() {
    say(this.clock, 'seconds', (performance.now() - this.asked) / 1000);
  }

  // The sentence that is coming stands apart, unheard; when it is whole, it is added to the log.
  add(piece) {
    if (this.first === undefined) {
      this.first = performance.now();
      clearInterval(this.ticking);
      this.status.hidden = true;
      this.text.classList.add('coming');
    }
    this.last = performance.now();
    this.tail.textContent += piece;
    const whole = /^[^]*(?:[.!?…。]["'”’)\]]*\s+|\n+)/.exec(this.tail.textContent);
    if (whole) this.settle(whole[0].length);
  }

  settle(length) {
    const unheard = this.tail.textContent;
    this.tail.textContent = unheard.slice(length);
    if (length === 0) return;
    const sentence = make('span', unheard.slice(0, length));
    sentence.lang = languageOf(sentence.textContent);
    this.tail.before(sentence);
  }

  show(passages) {
    const list = make('ol');
    for (const { title, link, text } of passages) {
      const url = new URL(link, location.href);
      if (url.origin !== location.origin || !url.pathname.startsWith('/book/')) continue;
      const anchor = make('a', title, ' ');
      anchor.href = url.href;
      anchor.target = '_blank'; // in this one, the conversation would be lost
      anchor.rel = 'noopener';
      const newTab = say(make('span'), 'newTab');
      newTab.className = 'unseen';
      anchor.append(newTab);
      const quote = make('p', text);
      quote.lang = anchor.lang = languageOf(title + text);
      list.append(make('li', anchor, quote));
    }
    if (!list.hasChildNodes()) return;
    const aside = make('aside', say(make('h3'), 'passages'), list);
    aside.setAttribute('aria-live', 'off'); // the answer is what was asked for
    this.section.append(aside);
  }

  // How it ended: `kind` is done, stopped or failed.
  end(kind, key, ...given) {
    clearInterval(this.ticking);
    this.settle(this.tail.textContent.length);
    this.text.classList.remove('coming');
    const status = make('p', say(make('span'), key, ...given));
    status.className = `status ${kind}`;
    this.status.replaceWith(status);
    if (kind === 'failed') {
      const again = say(make('button'), 'again');
      again.type = 'button';
      again.addEventListener('click', () => {
        if (underway) return;
        again.remove();
        ask(this.question);
      });
      status.append(' ', again);
    }
  }
}

async function ask(question) {
  if (underway) return;
  const stop = (underway = new AbortController());
  $('welcome').hidden = true;
  const turn = new Turn(question);
  toggle();
  scroll(true);
  try {
    const answer = await fetch('/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        model: model ?? 'any',
        stream: true,
        messages: [{ role: 'user', content: question }],
      }),
      signal: stop.signal,
    });
    turn.end(...(answer.ok ? await follow(answer, turn) : await refusal(answer)));
  } catch (why) {
    if (stop.signal.aborted) turn.end('stopped', 'stopped');
    else if (why instanceof SyntaxError) turn.end('failed', 'garbled');
    else turn.end('failed', turn.first === undefined ? 'unreachable' : 'lost');
  }
  underway = null;
  toggle();
  scroll();
}

// Shows an answer as it comes, and says how it ended.
async function follow(answer, turn) {
  let finish = null;
  for await (const data of events(answer.body)) {
    if (data === '[DONE]') break;
    const chunk = JSON.parse(data);
    if (chunk === null) throw new SyntaxError('a chunk is an object');
    if (chunk.error) return ['failed', 'broke', String(chunk.error.message ?? chunk.error)];
    if (chunk.passages) turn.show(chunk.passages);
    // The last chunk may count tokens, and then has no choices.
    const choice = chunk.choices?.[0];
    if (choice?.delta?.content) turn.add(choice.delta.content);
    finish ??= choice?.finish_reason;
    scroll();
  }
  if (!finish) return ['failed', 'cut'];
  if (turn.first === undefined) return ['done', 'nothing'];
  if (finish === 'length') return ['done', 'length'];
  return ['done', 'times', (turn.first - turn.asked) / 1000, (turn.last - turn.asked) / 1000];
}

async function refusal(answer) {
  if (answer.status === 503 || answer.status === 429) {
    const after = answer.headers.get('retry-after') ?? '';
    const seconds = /^\d+$/.test(after) ? +after : Math.ceil((Date.parse(after) - Date.now()) / 1000);
    return seconds > 0 ? ['failed', 'full', seconds] : ['failed', 'fullSomeTime'];
  }
  const body = await answer.json().catch(() => null);
  return ['failed', 'refused', answer.status, body?.error?.message ?? ''];
}

// --- the reader's hands ----------------------------------------------------------------------

// Follows the answer down, unless the reader has scrolled up to read.
let atEnd = true;
addEventListener('scroll', () => {
  const { scrollHeight, clientHeight, scrollTop } = document.documentElement;
  atEnd = scrollHeight - clientHeight - scrollTop < 60;
});
function scroll(always = false) {
  if (always || atEnd) window.scrollTo({ top: document.documentElement.scrollHeight });
}

function toggle() {
  const held = document.activeElement === $('stop') || document.activeElement === document.body;
  $('send').hidden = Boolean(underway);
  $('stop').hidden = !underway;
  if (held) $('question').focus();
}

$('ask').addEventListener('submit', (event) => {
  event.preventDefault();
  const question = $('question').value.trim();
  if (question === '' || underway) return;
  $('question').value = '';
  $('question').focus();
  ask(question);
});

$('question').addEventListener('keydown', (event) => {
  // While a Korean syllable is being composed, Enter belongs to the input method. 229: in Safari.
  if (event.isComposing || event.keyCode === 229) return;
  if (event.key === 'Enter' && !event.shiftKey) {
    event.preventDefault();
    $('ask').requestSubmit();
  }
});

addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && !event.isComposing && event.keyCode !== 229) underway?.abort();
});

$('stop').addEventListener('click', () => underway?.abort());

for (const button of document.querySelectorAll('[data-language]')) {
  button.addEventListener('click', () => {
    speak(button.dataset.language);
    remembered.set(language);
  });
}

const preferred = remembered.get() ?? navigator.language.slice(0, 2);
speak(preferred in WORDS ? preferred : 'en');
for (const element of [$('welcome'), $('ask'), document.querySelector('.languages')]) {
  element.hidden = false;
}
// On a phone the keyboard would come up and hide the welcome.
if (!matchMedia('(pointer: coarse)').matches) $('question').focus();

// Whose answers these are. If nobody says it, the first question will say why.
fetch('/v1/models')
  .then((answer) => answer.json())
  .then(({ data }) => {
    model = data[0].id;
    say($('model'), 'model', model).hidden = false;
  })
  .catch(() => {});
