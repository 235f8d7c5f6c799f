// Only served, never in a built book: runs a figure's own command on this machine, and shows what the
// press draws of it meanwhile. What is measured here is measured by the chapter's program; this
// script only asks for it.
(() => {
  const { token, words } = document.currentScript.dataset;
  const sentences = JSON.parse(words);
  /** A sentence, with what it has room for in its place: texts or elements. */
  const parts = (name, of = {}) => sentences[name].split(/\{(\w+)\}/).map((part, at) => (at % 2 ? of[part] : part));
  const tell = (name, of) => parts(name, of).join("");
  /** Somebody who does not want motion gets a new drawing every two seconds, and the last. */
  const calm = matchMedia("(prefers-reduced-motion: reduce)");

  const ask = (path, what, signal) =>
    fetch(`/-/press/${path}`, {
      method: "POST",
      headers: { "press-token": token },
      body: JSON.stringify(what),
      signal,
    });

  /** @param {string} tag @param {object} [of] its properties */
  const made = (tag, of = {}) => Object.assign(document.createElement(tag), of);

  /** A line of JSON at a time, as they come. @param {Response} response */
  async function* lines(response) {
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const all = (rest + value).split("\n");
      rest = all.pop();
      for (const line of all) yield JSON.parse(line);
    }
  }

  /** What stands in a form: the press holds it against its own table. @param {HTMLFormElement} form */
  const chosen = (form) => {
    const boxes = [...form.querySelectorAll("[name=case]")];
    const taken = boxes.filter((box) => box.checked || box.type === "hidden");
    const some = boxes.length > taken.length || form.querySelector("[data-named], [type=hidden]");
    const numbers = [...form.querySelectorAll("[data-flag]")];
    return {
      cases: boxes.length ? taken.map((box) => box.value) : undefined,
      numbers: Object.fromEntries(numbers.map((input) => [input.name, input.valueAsNumber])),
      words: [
        ...(some ? taken.map((box) => `--case ${box.value}`) : []),
        ...numbers.map((input) => `${input.dataset.flag} ${input.value}${input.dataset.unit}`),
      ],
    };
  };

  /** @param {HTMLElement} panel */
  const enliven = (panel) => {
    const { figure } = panel.dataset;
    const [form, command] = [panel.querySelector("form"), panel.querySelector("code")];
    const [run, stop] = [form.querySelector("[type=submit]"), form.querySelector(".stop")];
    const [state, yours] = [form.querySelector(".state"), panel.querySelector(".yours")];
    /** @type {AbortController | undefined} of the run that is going on */
    let going;
    /** whether it is past compiling */
    let running = false;

    const say = (what, wrong = false) => {
      state.textContent = what;
      state.classList.toggle("wrong", wrong);
    };
    // In a field the arrows do not turn the book's pages, nor does an s look for something.
    panel.addEventListener("keydown", (event) => event.stopPropagation());
    form.addEventListener("input", (event) => {
      if (event.target.type !== "file") {
        command.textContent = [command.dataset.base, ...chosen(form).words].join(" ");
        hljs.highlightBlock(command);
      }
    });

    /** Anew for each run: how far it is, its figure, what is said. */
    const room = () => {
      const [bar, now, drawn] = [made("progress"), made("p", { className: "now" }), made("div")];
      const [said, fold] = [made("pre", { className: "said", tabIndex: 0 }), made("details")];
      bar.setAttribute("aria-label", tell("far"));
      fold.append(made("summary", { textContent: tell("said") }), said);
      yours.replaceChildren(bar, now, drawn, fold);
      yours.hidden = false;
      let last = 0;
      return {
        /** Of cargo nobody knows how far it is. */
        reaches(words, part) {
          now.textContent = words;
          if (part !== undefined) bar.value = part;
        },
        ends: () => [bar, now].forEach((el) => el.remove()),
        say(line) {
          const below = said.scrollTop + said.clientHeight > said.scrollHeight - 40;
          said.append(`${line}\n`);
          if (said.childNodes.length > 2000) said.firstChild.remove();
          if (below) said.scrollTop = said.scrollHeight;
        },
        /** At what went wrong first: its lines are of one height. */
        open() {
          fold.open = true;
          const all = [...said.childNodes];
          const first = all.findIndex((line) => line.data.startsWith("error"));
          if (first >= 0) said.scrollTop = (said.scrollHeight * first) / all.length;
        },
        /** Its HTML is the press's own, and escaped there. */
        draw(html, now) {
          if (!html || (!now && calm.matches && Date.now() - last < 2000)) return;
          last = Date.now();
          drawn.innerHTML = html;
        },
      };
    };

    /** Both side by side, and what to do with one's own. */
    const show = ({ figure: html, table, record, name }, shown) => {
      shown.draw(html, true);
      shown.ends();
      // Where the book's figures can be played, this one can.
      yours.querySelectorAll(".figure > figure").forEach((drawn) => window.replay?.(drawn));
      if (table) {
        const beside = made("div");
        beside.innerHTML = table;
        yours.append(made("p", { textContent: tell("above") }), beside);
      }
      if (record) {
        const href = URL.createObjectURL(new Blob([record], { type: "application/jsonl" }));
        const link = made("a", { href, download: name, textContent: tell("keep") });
        const program = name.split("-")[0];
        const command = made("code", { textContent: `cargo run --example ${program} -- show ${name}` });
        const line = made("p");
        line.append(...parts("kept", { link, command }));
        yours.append(line);
      }
    };

    const hear = (news, shown) => {
      if (news.waits) say(news.waits);
      if (news.other) {
        if (news.other.figure) shown.draw(news.other.figure);
        if (news.other.state) say(tell("other", { state: news.other.state }));
        return;
      }
      if (news.command) {
        shown.draw(" ", true); // of the run before, if one was waited for
        shown.say(`$ ${news.command}`);
      }
      if (news.say !== undefined) {
        shown.say(news.say);
        if (!running) shown.reaches(news.say.trim());
      }
      if (news.state) say(news.state);
      if (news.part !== undefined) {
        running = true;
        shown.reaches(news.progress, news.part);
      }
      if (news.figure) shown.draw(news.figure);
    };

    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (going) return;
      [going, running] = [new AbortController(), false];
      // Whoever pressed the one by keyboard stands on the other.
      [run.hidden, stop.hidden] = [true, false];
      stop.focus();
      const shown = room();
      let over;
      try {
        const { cases, numbers } = chosen(form);
        const response = await ask("run", { figure, cases, numbers }, going.signal);
        if (!response.ok) over = { wrong: (await response.text()).trim() };
        else {
          for await (const news of lines(response)) {
            if (news.over) over = news.over;
            else hear(news, shown);
          }
          over ??= { wrong: tell("gone") };
        }
      } catch (why) {
        const stopped = why.name === "AbortError";
        over = { wrong: stopped ? "" : tell("silent"), stopped };
      }
      show(over, shown);
      if (over.stopped) say(tell("stopped"));
      else if (over.wrong) {
        shown.open();
        say(tell("wrong", { why: over.wrong }), true);
      } else say([tell("done"), ...(over.absent ?? [])].join("; "));
      const here = document.activeElement === stop;
      [run.hidden, stop.hidden, going] = [false, true, undefined];
      if (here) run.focus();
    });
    stop.addEventListener("click", () => going?.abort());

    form.querySelector("[type=file]").addEventListener("change", async ({ target }) => {
      const [file] = target.files;
      if (!file || going) return;
      const response = await ask("show", { figure, record: await file.text() }).catch(() => undefined);
      target.value = ""; // so that the same file can be chosen again
      if (!response?.ok) {
        const why = response ? (await response.text()).trim() : tell("silent-file");
        return say(tell("not-shown", { file: file.name, why }), true);
      }
      show(await response.json(), room());
      say(tell("shown", { file: file.name }));
    });
    form.hidden = false;
  };

  document.querySelectorAll(".run-it").forEach(enliven);
})();
