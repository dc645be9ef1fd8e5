"use strict";
// One run, or several side by side. What is told in words and figures comes as text; only the curves are made here.

const paragraphs = (texts, given = {}) => texts.map(text => h("p", given, shown(clipped(text))));
const factList = facts => h("dl", {class: "facts"}, facts.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, bdi(value)))));
const cells = rows => rows.map(row => row.map(cell => bdi(cell)));

function tiles(all) {
  return h("div", {class: "tiles"}, all.map(([name, figure, remark]) => h("div", {class: "tile"}, h("em", {}, name), h("b", {}, figure), h("span", {class: "quiet"}, remark))));
}

function atAGlance(data) {
  return [h("div", {class: "story"}, paragraphs(data.story)), tiles(data.tiles), data.facts.length ? factList(data.facts) : null];
}

const rowsOf = (data, where = "") => Object.fromEntries(["step", "tokens", "seconds"].map(place => [place, data.rows[place + where] ?? []]));

/** A column of the step lines as a line, where the run has it: each mean in the middle of its steps, the rate where it holds. */
function rowLine(data, column, name, given = {}) {
  const ends = rowsOf(data), points = column === "rate" ? ends : rowsOf(data, "_middle");
  return data.rows[column] ? [{name, points, ends, y: data.rows[column], hue: HUES[0], flops: data.flops_per_token, ...given}] : [];
}

const heldLine = (data, line, name, hue) => ({name, points: line, y: line.value, low: line.low, high: line.high, hue, dots: true, flops: data.flops_per_token});

/** Those of the figures that have a line. */
const figures = all => all.filter(each => each.lines.length).map(curve);

function quality(data) {
  const [all, ...sources] = data.held_out, marks = data.marks;
  const xz = data.xz === null ? [] : [{name: `xz, ${measured(data.xz)}`, y: data.xz}];
  const training = rowLine(data, "bits_smooth", "training, smoothed", {hue: HUES[1]});
  return [switches(), h("div", {class: "grid2"}, figures([
    {title: "Held-out and training text", unit: data.unit, marks, levels: xz, cut: true, lines: [...all ? [heldLine(data, all, "held-out", HUES[0])] : [], ...training, ...rowLine(data, "bits", "training, as recorded", {hue: HUES[1], faint: true})],
      note: "Band: 95 % interval over documents. Training text is weighed as the mixture weighs it, held-out text by the sources' bytes."},
    {title: "Training loss", unit: "nats a token", marks, cut: true, lines: [...rowLine(data, "loss_smooth", "smoothed"), ...rowLine(data, "loss", "as recorded", {faint: true})],
      note: "Smoothed by a straight line through the values around each, which does not lag behind them. A value is a mean of some steps, and drawn in their middle."},
    {title: "Held-out text by source", unit: data.unit, marks: marks.filter(mark => mark.kind === "phase"), cut: true, lines: sources.map((line, at) => heldLine(data, line, line.name, HUES[at]))},
  ])), all ? evaluations(data, all) : null];
}

/** A figure of a column, all of which have as many digits. */
const fixed = (value, digits) => finite(value) ? new Intl.NumberFormat("en", {minimumFractionDigits: digits, maximumFractionDigits: digits}).format(value).replace("-", "−") : "–";

function evaluations(data, all) {
  const details = h("details", {class: "as-table"}, h("summary", {}, "Evaluations as a table"));
  details.addEventListener("toggle", () => details.append(table("Evaluations", ["step", "tokens", "seconds", `held-out, ${data.unit}`, "from", "to"],
    all.step.map((step, at) => [measured(step), measured(all.tokens[at]), ...[[all.seconds, 1], [all.value, 4], [all.low, 4], [all.high, 4]].map(([of, digits]) => fixed(of[at], digits))]))), {once: true});
  return details;
}

function tasks(data) {
  const percent = value => `${measured(100 * value)} %`;
  const costs = data.tasks.filter(task => task.bits.some(finite)).map((task, at) => ({name: task.name, points: task, y: task.bits, hue: HUES[at % HUES.length], dots: true, flops: data.flops_per_token}));
  return h("div", {class: "grid2"}, figures([{title: "What the right answers cost", unit: "bits a byte", lines: costs, note: "It falls smoothly where the share is still that of chance."}]), data.tasks.map(task => curve({title: task.name, unit: "share answered right", words: percent, lines: [{name: "right", points: task, y: task.value, low: task.low, high: task.high, hue: HUES[0], dots: true, flops: data.flops_per_token}],
    levels: task.chance === null ? [] : [{name: "by chance", y: task.chance}], note: h("span", {}, task.last)})));
}

function samples(data) {
  return data.samples.map(({prompt, texts}) => h("div", {class: "card written"}, h("h3", {}, prompt ? ["After ", h("q", {}, bdi(prompt))] : "A new document"),
    paged(texts, ({step, text}) => h("div", {}, h("p", {class: "quiet"}, `step ${measured(step)}`), h("div", {class: "text", dir: "auto", tabindex: 0, role: "region", "aria-label": `Written at step ${measured(step)}`}, shown(text))), 3, "div", {})));
}

function speed(data) {
  const share = data.rows.mfu ? ["mfu", "MFU"] : ["matmul_share", "share of the measured rate"];
  return [h("div", {class: "grid2"}, figures([
    {title: "Throughput", unit: "tokens a second", words: rounded, zero: true, cut: true, lines: rowLine(data, "tokens_per_second", "tokens a second")},
    {title: "Share of the machine", unit: share[1], words: value => `${measured(100 * value)} %`, zero: true, cut: true, lines: rowLine(data, share[0], share[1])},
  ])), data.time.length ? timeSpent(data.time) : null];
}

function timeSpent(parts) {
  const all = parts.reduce((sum, [, seconds]) => sum + seconds, 0);
  return h("figure", {class: "card"}, h("figcaption", {}, "Where the time went"),
    h("div", {class: "bar split", "aria-hidden": "true"}, parts.map(([, seconds], at) => h("i", {class: `hue${at}`, style: {width: `${100 * seconds / all}%`}}))),
    h("ul", {class: "legend"}, parts.map(([name, seconds, words], at) => h("li", {class: `hue${at}`}, h("i"), `${name} `, h("b", {}, share(seconds, all)), ` ${words}`))));
}

function optimisation(data) {
  const heads = ["step", {text: "reason", left: true}, "loss", "gradient norm", {text: "its documents", left: true}];
  return [h("div", {class: "grid2"}, figures([
    {title: "Learning rate", unit: "rate", zero: true, marks: data.marks.filter(mark => mark.kind === "rate"), lines: rowLine(data, "rate", "rate")},
    {title: "Gradient norm, before clipping", unit: "norm", zero: true, cut: true, marks: data.marks.filter(mark => mark.kind === "skip"), lines: rowLine(data, "gradient_norm", "norm")},
  ])), data.skipped.length ? [h("h3", {}, "Skipped steps"), table("Skipped steps", heads, cells(data.skipped)), h("p", {class: "quiet"}, "metrics.jsonl names all documents of a step; winnow trace says what they are.")] : null];
}

const sources = data => table("Sources", data.sources.heads, cells(data.sources.rows));
const events = data => paged(data.events, text => h("li", {}, bdi(text)), 20, "ul", {class: "plain events"});
const configuration = data => h("details", {}, h("summary", {}, "config.lock.toml"), h("pre", {tabindex: 0}, shown(data.config)));

/** Sections, and of which data each is made: those without any are left out. */
function sectionsOf(data) {
  const any = (...columns) => columns.some(column => data.rows[column]);
  return [
    ["overview", "At a glance", atAGlance, true],
    ["quality", "Loss and held-out text", quality, any("loss", "bits") || data.held_out.length],
    ["tasks", "Tasks", tasks, data.tasks.length], ["samples", "Samples", samples, data.samples.length],
    ["speed", "Speed", speed, any("tokens_per_second") || data.time.length],
    ["steps", "Steps", optimisation, any("rate", "gradient_norm") || data.skipped.length],
    ["sources", "Sources", sources, data.sources.rows.length], ["events", "What was said", events, data.events.length],
    ["machine", "Machine", () => paragraphs(data.machine), data.machine.length], ["configuration", "Configuration", configuration, data.config],
  ].filter(([, , , there]) => there).map(([id, title, make]) => [id, title, () => make(data)]);
}

/** Several runs: the same curves, a line each. */
function comparedCurves(data) {
  const all = of => data.runs.flatMap((run, at) => of(run, {hue: HUES[at % HUES.length], dash: at < HUES.length ? null : "6 3"}));
  const held = all((run, given) => run.held_out.length ? [{...heldLine(run, run.held_out[0], run.name), ...given}] : []);
  const smooth = column => all((run, given) => rowLine(run, column, run.name, given));
  const units = [...new Set(data.runs.map(run => run.unit))].join(" / ");
  return [switches(), h("div", {class: "grid2"}, figures([
    {title: "Held-out text", unit: units, cut: true, lines: held, note: "Bands: 95 % intervals over documents."},
    {title: "Training text, smoothed", unit: units, cut: true, lines: smooth("bits_smooth")},
    {title: "Training loss, smoothed", unit: "nats a token", cut: true, lines: smooth("loss_smooth")},
    {title: "Learning rate", unit: "rate", zero: true, lines: smooth("rate")},
    {title: "Throughput", unit: "tokens a second", zero: true, cut: true, words: rounded, lines: smooth("tokens_per_second")},
  ]))];
}

function comparedSections(data) {
  return [
    ["overview", "Side by side", () => [h("div", {class: "story"}, paragraphs(data.story), paragraphs(data.warnings, {class: "warn"})), ...data.tables.map(told)]],
    ["quality", "Curves", () => comparedCurves(data)],
    ["configuration", "What differs in their configurations", () => data.differences.rows.length ? told(data.differences).slice(1) : h("p", {}, "Nothing but the folder.")],
  ];
}

/** A figure with its interval, which goes below it where there is little room. */
function withInterval(text) {
  const [, figure, interval] = /^(\S+) (\(\S+ to \S+\))$/.exec(text) ?? [];
  return figure ? [bdi(figure), " ", h("span", {class: "interval"}, bdi(interval))] : bdi(text);
}

const told = ({title, heads, rows, note}) => [h("h3", {}, title), table(title, heads.map(head => ({text: bdi(head)})), rows.map(row => row.map(withInterval))), note ? h("p", {class: "quiet"}, note) : null];

(async () => {
  theme();
  try {
    const data = await unpacked();
    frame(data.title, data.kind === "comparison" ? comparedSections(data) : sectionsOf(data));
    menu();
    printing();
    marksSection();
  } catch (error) {
    document.getElementById("main").replaceChildren(h("p", {class: "warn"}, `The run could not be opened: ${error}`));
    throw error;
  } finally {
    document.documentElement.dataset.ready = "true";
  }
})();
