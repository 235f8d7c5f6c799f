// Plays a figure over time again: a cursor walks over the drawing, what has not happened yet is
// pale, and counters run along. Everything it needs stands in the drawing: data-over and data-end
// (microseconds, of when all is over and of the axis' right end), data-bottom, and in each panel
// data-tally.
//
// Every such figure of a page gets its controls. One inside of an element with data-play="loop" begins
// by itself when it is seen, and again when it is over, and never says how long it took. Whoever draws
// a figure anew calls replay(figure), and may use what that returns.

/** @typedef {{class: string, words: string, at: number[], number: number[]}} Tally */
/** @typedef {{play(): void, pause(): void, show(us: number): void, over: number}} Replay */

/** @type {(figure: Element) => Replay | undefined} */
window.replay = (figure) => {
  const svg = figure.querySelector(":scope > svg[data-end]");
  if (!svg) return;
  figure.querySelector(":scope > .player")?.remove();
  const [over, end, bottom] = ["over", "end", "bottom"].map((name) => Number(svg.dataset[name]));
  const loop = Boolean(figure.closest("[data-play=loop]"));
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const say = window.words("replay");

  /** @type {Tally[][]} what is counted in each panel */
  const panels = [...svg.querySelectorAll(":scope > svg[data-tally]")].map((panel) =>
    panel.dataset.tally.split(";").map((tally) => {
      const [name, words, steps] = tally.split(":");
      const pairs = steps.split(",").map((pair) => pair.split(" ").map(Number));
      return {
        class: name,
        words,
        at: pairs.map(([cell]) => (cell / 1000) * end),
        number: pairs.map(([, number]) => number),
      };
    }),
  );
  const heads = [...svg.querySelectorAll(":scope > .case")];
  const totals = [...svg.querySelectorAll(":scope > [data-length]")];
  const results = totals.map((total) => total.textContent);
  const steps = [...new Set([0, over, ...panels.flat().flatMap((tally) => tally.at)])]
    .filter((us) => us <= over)
    .sort((a, b) => a - b);

  const count = (tally, us) => tally.number[tally.at.findLastIndex((at) => at <= us)] ?? 0;
  const plain = (number) => number.toLocaleString("en");
  const said = (number, words) => {
    const [one, more = one] = words.split("|");
    return `${plain(number)} ${number === 1 ? one : more}`;
  };
  const seconds = (us) => {
    const [unit, name] = over < 2e6 ? [1e3, "ms"] : [1e6, "s"];
    return `${(us / unit).toFixed(over < 2e6 ? 0 : over < 2e7 ? 2 : 1)} ${name}`;
  };

  // --- what is drawn over the figure ---------------------------------------------------------
  const draw = (name, attributes) => {
    const el = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) el.setAttribute(key, value);
    return el;
  };
  const cover = draw("rect", { class: "to-come", y: 0, height: bottom, opacity: 0 });
  const cursor = draw("line", { class: "cursor", y1: 0, y2: bottom, opacity: 0 });
  svg.insertBefore(cover, heads[0]);
  svg.insertBefore(cursor, heads[0]);

  /** Whether there is no room for words beside a panel's head: then each counter is a sign. */
  let terse = false;
  const write = (nth, numbers) => {
    const total = totals[nth];
    const key = `${terse}: ${numbers}`;
    if (total.dataset.shown === key) return;
    total.dataset.shown = key;
    total.replaceChildren(
      ...panels[nth].flatMap((tally, at) => {
        const [sign, number] = [draw("tspan", { class: tally.class }), draw("tspan", {})];
        sign.textContent = { done: "✓ ", workers: `${say("by")} ` }[tally.class] ?? "■ ";
        number.textContent = terse ? plain(numbers[at]) : said(numbers[at], tally.words);
        if (at + 1 < numbers.length) number.textContent += "\u2002";
        return [sign, number];
      }),
    );
  };
  const measure = () => {
    const wide = svg.getBoundingClientRect().width;
    terse = false;
    terse = totals.some((total, nth) => {
      write(nth, panels[nth].map((tally) => Math.max(...tally.number)));
      const beside = total.classList.contains("note") ? 0 : heads[nth].getComputedTextLength() + 16;
      return total.getComputedTextLength() + beside > wide;
    });
  };

  // --- the controls ----------------------------------------------------------------------------
  const player = document.createElement("div");
  player.className = "player";
  player.setAttribute("role", "group");
  player.setAttribute("aria-label", say("name", { figure: svg.querySelector("title").textContent }));
  const fastest = [1, 2, 5, 10, 20].find((speed) => over / speed <= 1e7) ?? 20;
  const speeds = [...(over < 3e6 ? [0.1, 0.5] : []), 1, 2, 5, 10, 20];
  const named = (speed) => {
    const name = { 0.1: "tenth", 0.5: "half", 1: "real" }[speed];
    return name ? say(name) : `${speed} ×`;
  };
  // A phone has room for the moment alone.
  const [before, after] = loop ? ["", ""] : say("time", { now: "\n", over: seconds(over) }).split("\n");
  const moment = `<span>${before}</span><output></output><span>${after}</span>`;
  player.innerHTML = `
    <input type="range" min="0" max="${over}" step="${over / 200}" value="${over}" aria-label="${say("moment")}">
    <button type="button" class="go"></button>
    <button type="button" class="back" aria-label="${say("back")}" title="${say("back")}">◂</button>
    <button type="button" class="on" aria-label="${say("on")}" title="${say("on")}">▸</button>
    <span class="time">${moment}</span>
    <select aria-label="${say("speed")}">${speeds.map((speed) => `<option value="${speed}"${speed === fastest ? " selected" : ""}>${named(speed)}</option>`).join("")}</select>`;
  const [range, go, back, on, time, speed] = ["input", ".go", ".back", ".on", "output", "select"].map((of) =>
    player.querySelector(of),
  );
  range.style.flexBasis = range.style.maxWidth = `${(over / end) * 100}%`; // it ends where the run does
  svg.after(player);

  let now = over;
  let playing = false;
  const show = (us) => {
    now = Math.min(Math.max(us, 0), over);
    const done = now >= over && !loop;
    const x = `${(now / end) * 100}%`;
    cover.setAttribute("x", x);
    cover.setAttribute("width", `${(1 - now / end) * 100}%`);
    for (const name of ["x1", "x2"]) cursor.setAttribute(name, x);
    for (const el of [cover, cursor]) el.setAttribute("opacity", done ? 0 : 1);
    totals.forEach((total, nth) => {
      if (!done) return write(nth, panels[nth].map((tally) => count(tally, now)));
      delete total.dataset.shown;
      total.textContent = results[nth];
    });
    range.value = now;
    time.textContent = seconds(now);
    if (go.value !== String(playing)) {
      go.value = playing;
      go.innerHTML = playing ? `<span aria-hidden="true">❚❚</span> ${say("pause")}` : `<span aria-hidden="true">▶</span> ${say("play")}`;
    }
    // A screen reader hears of the counters when the moment is changed by hand.
    const all = panels.map((panel, nth) => {
      const counts = panel.map((tally) => said(count(tally, now), tally.words)).join(", ");
      return `${heads[nth].textContent}: ${counts}`;
    });
    if (!playing) range.setAttribute("aria-valuetext", [seconds(now), ...all].join("; "));
  };

  /** When the last picture was shown, and what comes next: a frame, or the start after a rest. */
  let [last, frame, rest] = [0, 0, 0];
  const tick = (ms) => {
    // Who wants no motion gets a still picture a second. Who was away has missed nothing.
    const [passed, least, most] = [last && ms - last, calm.matches ? 1000 : 0, calm.matches ? 1000 : 250];
    if (!last || passed >= least) {
      last = ms;
      show(now + Math.min(passed, most) * 1000 * Number(speed.value));
    }
    if (now < over) frame = requestAnimationFrame(tick);
    else if (loop) rest = setTimeout(play, 2500);
    else pause();
  };
  const pause = () => {
    cancelAnimationFrame(frame);
    clearTimeout(rest);
    playing = false;
    show(now);
  };
  const play = () => {
    cancelAnimationFrame(frame);
    clearTimeout(rest);
    if (now >= over) now = 0;
    measure();
    last = 0;
    playing = true;
    frame = requestAnimationFrame(tick);
    show(now);
  };
  const jump = (us) => {
    pause();
    measure();
    show(us);
  };
  const toggle = () => (playing ? pause() : play());
  const step = (by) => jump((by > 0 ? steps.find((us) => us > now) : steps.findLast((us) => us < now)) ?? now);

  go.addEventListener("click", toggle);
  back.addEventListener("click", () => step(-1));
  on.addEventListener("click", () => step(now >= over ? -now : 1));
  range.addEventListener("input", () => jump(Number(range.value)));
  player.addEventListener("keydown", (event) => {
    event.stopPropagation(); // or the book's arrow keys turn the page
    if (event.target === range && event.key === " ") {
      event.preventDefault();
      toggle();
    }
  });
  // The cursor can be dragged in the drawing, once it is there.
  const drag = (event) => {
    if (now >= over || !(event.buttons & 1)) return;
    const { left, width } = svg.getBoundingClientRect();
    jump(((event.clientX - left) / width) * end);
  };
  svg.addEventListener("pointerdown", drag);
  svg.addEventListener("pointermove", drag);
  addEventListener("resize", () => now < over && (measure(), show(now)));

  show(loop ? 0 : over);
  if (loop && !calm.matches) {
    new IntersectionObserver(([seen], watch) => {
      if (!seen.isIntersecting) return;
      watch.disconnect();
      play();
    }, { threshold: 0.6 }).observe(svg);
  }
  return { play, pause, show: jump, over };
};

for (const figure of document.querySelectorAll(".figure > figure")) window.replay(figure);
