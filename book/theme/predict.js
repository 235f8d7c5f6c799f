// Makes predictions answerable. The press has written a form for each (.guess) and put what came of it
// into data attributes. What a reader guesses stays in this browser; once all that a fold answers is
// guessed, it opens, with the guesses beside what was measured, and in the figure where it has an axis
// for them. The chapter's end says how it went.

(() => {
  /** @typedef {{name: string, label: string, said: string, was: string, off: number, at: HTMLElement}} Guess */
  const forms = [...document.querySelectorAll("main .guess")];
  if (!forms.length) return;
  const say = window.words("predict");

  // --- what is remembered ----------------------------------------------------------------------
  const KEY = "while-you-wait guesses";
  /** @type {Record<string, string>} */
  let memory = {};
  const remember = (name, value) => {
    if (value === undefined) delete memory[name];
    else memory[name] = value;
    try {
      localStorage.setItem(KEY, JSON.stringify(memory));
    } catch {} // Denied: then it lasts as long as the page.
  };
  try {
    memory = JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {}

  // --- what is asked, and what was guessed -----------------------------------------------------
  /** What can be remembered one by one: number fields, choices, orders. */
  const asked = (form) => [...form.querySelectorAll("input[type=number], fieldset[data-kind]")];
  const foldOf = (form) => document.getElementById(form.dataset.fold);
  const formsOf = (fold) => forms.filter((form) => foldOf(form) === fold);
  const selects = (el) => [...el.querySelectorAll("select")];
  const labelOf = (el) => {
    const legend = el.closest("fieldset").querySelector("legend")?.textContent;
    return [!el.dataset.kind && el.parentElement.firstChild.textContent.trim(), legend].filter(Boolean).join(", ");
  };
  const read = (el) => {
    if (el.dataset.kind === "choice") return el.querySelector(":checked")?.value;
    if (el.dataset.kind === "order") {
      const chosen = selects(el).map((select) => select.value);
      return new Set(chosen).size === chosen.length && !chosen.includes("") ? chosen.join(" | ") : undefined;
    }
    return el.value === "" || !el.validity.valid ? undefined : el.value;
  };
  const write = (el, value) => {
    if (el.dataset.kind === "choice") {
      for (const radio of el.querySelectorAll("input")) radio.checked = radio.value === value;
    } else if (el.dataset.kind === "order") {
      const lines = value?.split(" | ") ?? [];
      selects(el).forEach((select, at) => (select.value = lines[at] ?? ""));
    } else el.value = value ?? "";
  };

  /** How a guess went; `off` is 0 where it was right, and of a number how many times too much or little.
   * @returns {Guess} */
  const judge = (el) => {
    const { name, answer, shown } = el.dataset;
    const value = memory[name];
    const guess = { name, label: labelOf(el), said: value, was: shown, off: value === answer ? 0 : 1, at: foldOf(el.closest(".guess")) };
    if (el.dataset.kind === "order") return { ...guess, said: value.replaceAll(" | ", ", ") };
    if (el.dataset.kind === "choice") {
      const words = [...el.querySelectorAll("label")].map((label) => label.textContent.trim());
      return { ...guess, said: words[value], was: say("chosen", { answer: words[answer], shown }) };
    }
    const [a, b] = [Number(value), Number(answer)];
    const unit = el.nextSibling?.textContent ?? "";
    // A tenth is near enough, and a tenth of one is nothing.
    const right = Math.abs(a - b) <= Math.max(0.1 * b, Math.min(0.1, b));
    return { ...guess, said: Number(value).toLocaleString("en") + unit, off: right ? 0 : Math.abs(Math.log((a + 0.1) / (b + 0.1))) };
  };
  const isNear = (guess) => guess.off > 0 && guess.off < Math.log(1.5);
  const isTold = (form) => asked(form).every((el) => memory[el.dataset.name] !== undefined);

  // --- where it is shown -------------------------------------------------------------------------
  const make = (html) => {
    const template = document.createElement("template");
    template.innerHTML = html.trim();
    return template.content.firstElementChild;
  };
  const line = (guess) => {
    const sign = guess.off === 0 ? "✓" : isNear(guess) ? "≈" : "✗";
    const li = make(`<li class="${guess.off === 0 ? "hit" : isNear(guess) ? "near" : "miss"}"><span aria-hidden="true"></span> </li>`);
    li.firstChild.textContent = sign;
    const heavier = (text) => Object.assign(document.createElement("b"), { textContent: text });
    li.append(...say.parts("verdict", guess).map((part, at) => (at % 2 ? heavier(part) : part)));
    return li;
  };

  /** Draws a number into the fold's figure, where that has an axis for it. */
  const mark = (fold, el) => {
    const { name, time, upright, offered } = el.dataset;
    const of = name.slice(0, name.lastIndexOf("."));
    const guess = Number(memory[name]);
    for (const svg of fold.querySelectorAll("figure > svg")) {
      const panel = [...svg.querySelectorAll(":scope > svg")].find((one) =>
        offered && one.dataset.upright && svg.dataset.offered ? true : one.dataset.of === of,
      );
      if (!panel) continue;
      const [top, height] = ["y", "height"].map((name) => Number(panel.getAttribute(name)));
      const place = { x1: 0, x2: 100, y1: top - 4, y2: top + height + 2 };
      if (time && svg.dataset.end) {
        place.x1 = place.x2 = Math.min((100 * guess * time) / svg.dataset.end, 99.6);
      } else if (upright && panel.dataset.upright) {
        const [how, ...ends] = panel.dataset.upright.split(" ");
        const [a, ya, b, yb] = ends.map(Number);
        const on = how === "linear" ? (us) => us : (us) => Math.log(Math.max(us, 1));
        const share = (on(guess * upright) - on(a)) / (on(b) - on(a));
        place.y1 = place.y2 = top + Math.min(Math.max(ya + share * (yb - ya), 0), ya);
        if (svg.dataset.offered) {
          const x = (100 * offered) / svg.dataset.offered;
          Object.assign(place, { x1: x - 2.5, x2: x + 2.5 });
        }
      } else continue;
      const group = document.createElementNS("http://www.w3.org/2000/svg", "g");
      group.setAttribute("class", "guessed");
      // Beside an upright line, above a level one, behind a short one.
      const level = place.y1 === place.y2;
      const before = place.x2 > 90;
      const [x, dx, y] = [before ? place.x1 : place.x2, before ? -5 : 5, level ? place.y1 + 4 : top + 13];
      const words = level && before ? `x="100%" y="${y - 9}"` : `x="${x}%" dx="${dx}" y="${y}"`;
      group.innerHTML = `<line x1="${place.x1}%" x2="${place.x2}%" y1="${place.y1}" y2="${place.y2}"/>
        <text ${words} text-anchor="${before ? "end" : "start"}">${say("you")}</text>`;
      svg.append(group);
    }
  };

  const showFold = (fold) => {
    fold.querySelectorAll(":scope > .verdict, .guessed").forEach((el) => el.remove());
    const told = formsOf(fold).filter(isTold).flatMap(asked);
    if (!told.length) return;
    const verdict = make(`<ul class="verdict"></ul>`);
    verdict.append(...told.map(judge).map(line));
    fold.querySelector("summary").after(verdict);
    for (const el of told) if (el.dataset.time || el.dataset.upright) mark(fold, el);
  };

  const end = make(`<section class="reckoning" aria-label="${say("end")}"></section>`);
  const showEnd = () => {
    const all = forms.filter(isTold).flatMap(asked).map(judge);
    end.hidden = !all.length;
    const right = all.filter((guess) => guess.off === 0).length;
    const worst = all.reduce((a, b) => (b.off > a.off ? b : a), { off: 0 });
    const due = forms.flatMap(asked).length;
    end.replaceChildren(make(`<p></p>`), make(`<button type="button">${say("forget")}</button>`));
    end.firstChild.textContent = `${say("sum", { told: all.length, asked: due, right })} `;
    if (worst.off) {
      const link = make(`<a href="#${worst.at.id}">${say("again")}</a>`);
      end.firstChild.append(`${say("worst", worst)} `, link);
    }
    end.lastChild.addEventListener("click", () => {
      for (const el of forms.flatMap(asked)) remember(el.dataset.name), write(el);
      for (const form of forms) showForm(form);
      forms[0].querySelector("input, select").focus();
    });
  };

  const showForm = (form) => {
    const told = isTold(form);
    if (told) for (const el of asked(form)) write(el, memory[el.dataset.name]);
    for (const el of form.querySelectorAll("input, select")) el.disabled = told;
    const [note, said] = [form.querySelector("button"), form.querySelector(".said")];
    note.textContent = say(told ? "back" : "note");
    const fold = foldOf(form);
    said.replaceChildren(...(told ? [make(`<a href="#${fold.id}">${say("result")}</a>`)] : []));
    const open = formsOf(fold).filter((one) => !isTold(one)).length;
    if (told && open) said.textContent = say("noted");
    showFold(fold);
    showEnd();
  };

  for (const form of forms) {
    form.append(make(`<p><button type="button"></button> <span class="said" role="status"></span></p>`));
    const note = form.querySelector("button");
    note.addEventListener("click", () => {
      const fields = asked(form);
      if (isTold(form)) {
        for (const el of fields) remember(el.dataset.name);
        return showForm(form);
      }
      const missing = fields.find((el) => read(el) === undefined);
      if (missing) {
        form.querySelector(".said").textContent = say(missing.dataset.kind === "order" ? "once" : "all");
        return (missing.matches("input") ? missing : missing.querySelector("input, select")).focus();
      }
      for (const el of fields) remember(el.dataset.name, read(el));
      formsOf(foldOf(form)).filter(isTold).forEach(showForm);
      if (formsOf(foldOf(form)).every(isTold)) foldOf(form).open = true;
    });
    form.addEventListener("keydown", (event) => {
      event.stopPropagation(); // or the book's arrow keys turn the page, and its letters search
      if (event.key === "Enter" && event.target.matches("input")) note.click();
    });
  }
  document.querySelector("main").append(end);
  for (const form of forms) showForm(form);
  document.querySelector("main").addEventListener("click", (event) => {
    const fold = event.target.closest?.("a[href^='#prediction-']") && document.querySelector(event.target.getAttribute("href"));
    if (fold) fold.open = true;
  });
})();
