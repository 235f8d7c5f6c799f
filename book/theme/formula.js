// Lets a reader change what stands in a formula that is drawn over recorded runs, and draws its line
// anew. What the formulas say is computed here as in book/press/figure/formula.rs; the runs stay.

(() => {
  const FINE = 1000;
  const formulas = {
    /** d × ⌈n / s⌉ */
    waits: (n, s, d) => d * Math.ceil(n / s),
    /** Erlang's queue, and half of his wait since all services are alike; n in a second. */
    queue: (n, s, d) => {
      const busy = (n / 1e6) * d;
      if (busy >= s) return Infinity;
      let blocked = 1;
      for (let k = 1; k <= s; k++) blocked = (busy * blocked) / (k + busy * blocked);
      const queues = blocked / (1 - (busy / s) * (1 - blocked));
      return d + (queues * d) / (s - busy) / 2;
    },
  };
  /** As the book writes durations: three digits. */
  const duration = (us) => {
    const [size, unit] = us < 999.5 ? [1, "µs"] : us < 999500 ? [1e3, "ms"] : [1e6, "s"];
    const digits = Math.min(Math.max(2 - Math.floor(Math.log10(us / size || 1)), 0), 2);
    return `${(us / size).toFixed(digits)} ${unit}`;
  };
  /** @type {Record<string, {name: string, least: number, most: number, step?: number, log?: boolean, shown(value: number): string}[]>} */
  const sliders = {
    waits: [
      { name: "waits-n", least: 1, most: 1000, log: true, shown: String },
      { name: "waits-s", least: 1, most: 1000, log: true, shown: String },
      { name: "waits-d", least: 1e5, most: 1e7, step: 1e5, shown: duration },
    ],
    queue: [
      { name: "queue-n", least: 10, most: 600, step: 10, shown: String },
      { name: "queue-s", least: 1, most: 16, step: 1, shown: String },
      { name: "queue-d", least: 5e3, most: 4e4, step: 100, shown: duration },
    ],
  };

  for (const box of document.querySelectorAll("[data-formula]")) {
    const kind = box.dataset.formula;
    const say = window.words("formula");
    const says = formulas[kind];
    const svg = box.querySelector("figure > svg");
    const panel = svg.querySelector(":scope > svg");
    const path = panel.querySelector(".formula path");
    const dots = [...panel.querySelectorAll(".recorded circle")];
    const height = Number(panel.getAttribute("height"));
    const [a, ya, b, yb] = panel.dataset.upright.split(" ").slice(1).map(Number);
    const y = (us) => ya + (Math.log(us / a) / Math.log(b / a)) * (yb - ya);
    const { decades, offered } = svg.dataset;
    // To the right stands s in the one, n in the other.
    const valueAt = (share) => (decades ? Math.floor(10 ** (share * decades) + 1e-9) : share * offered);
    const shareOf = (value) => (decades ? Math.log10(value) / decades : value / offered);

    const mark = document.createElementNS("http://www.w3.org/2000/svg", "circle");
    mark.setAttribute("class", "here");
    mark.setAttribute("r", 7);
    panel.append(mark);

    const controls = document.createElement("div");
    controls.className = "toy";
    controls.setAttribute("role", "group");
    controls.setAttribute("aria-label", say("name"));
    const inputs = sliders[kind].map((slider, at) => {
      const label = document.createElement("label");
      const input = document.createElement("input");
      const [low, high] = slider.log ? [slider.least, slider.most].map((v) => Math.log10(v) * 100) : [slider.least, slider.most];
      Object.assign(input, { type: "range", min: low, max: high, step: slider.log ? 1 : slider.step });
      const words = document.createElement("span");
      label.append(words, input);
      controls.append(label);
      return {
        get: () => (slider.log ? Math.round(10 ** (input.value / 100)) : Number(input.value)),
        set: (value) => (input.value = slider.log ? Math.log10(value) * 100 : value),
        show: (value) => {
          words.textContent = say(slider.name, { value: slider.shown(value) });
          input.setAttribute("aria-valuetext", slider.shown(value));
        },
        input,
      };
    });
    const said = document.createElement("p");
    said.setAttribute("role", "status");
    const runs = document.createElement("select");
    runs.setAttribute("aria-label", say("runs"));
    runs.append(new Option(say("choose"), ""), ...dots.map((dot, at) => new Option(dot.dataset.run, at)));
    controls.append(runs, said);
    box.querySelector("figure > svg").after(controls);

    const show = () => {
      const [n, s, d] = inputs.map((input) => input.get());
      inputs.forEach((input, at) => input.show([n, s, d][at]));
      const at = (value) => (kind === "waits" ? says(n, value, d) : says(value, s, d));
      let line = "";
      for (let x = 1; x <= FINE; x++) {
        const us = at(valueAt(x / FINE));
        line += `${line ? "L" : "M"}${x} ${us === Infinity ? -FINE : Math.round((y(us) / height) * FINE)}`;
      }
      path.setAttribute("d", line);
      const here = kind === "waits" ? s : n;
      const us = at(here);
      mark.setAttribute("cx", `${shareOf(here) * 100}%`);
      mark.setAttribute("cy", Math.min(Math.max(y(Math.min(us, 1e12)), 0), height));
      const like = dots.filter(({ dataset }) =>
        kind === "waits" ? Number(dataset.n) === n && Number(dataset.s) === s : Number(dataset.n) === n,
      );
      // A run of other requests lies on another line.
      for (const dot of dots) dot.classList.toggle("other", kind === "waits" && Number(dot.dataset.n) !== n);
      const busy = (n * d) / 1e6;
      const formula = say(us === Infinity ? "endless" : kind, {
        ...{ n, s, d: duration(d), took: duration(us) },
        ...{ busy: busy.toFixed(1), percent: Math.round((busy / s) * 100) },
      });
      const recorded = like.map(({ dataset }) => `${dataset.run} ${duration(Number(dataset.took))}`).join(", ");
      said.textContent = recorded ? `${formula} ${say("recorded", { runs: recorded })}` : formula;
    };
    for (const { input } of inputs) input.addEventListener("input", () => ((runs.value = ""), show()));
    const set = (of) => {
      inputs.forEach((input, at) => input.set(Number(of.dataset["nsd"[at]])));
      show();
    };
    runs.addEventListener("change", () => runs.value && set(dots[runs.value]));
    controls.addEventListener("keydown", (event) => event.stopPropagation()); // arrow keys turn pages
    set(box);
  }
})();
