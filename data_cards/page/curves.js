"use strict";
// Curves over a run, or over several: along tokens, time, FLOPs or steps, on linear or logarithmic axes.

const ALONG = [["tokens", "tokens"], ["seconds", "time"], ["flops", "FLOPs"], ["step", "steps"]];
const AXES = [["linear", "linear"], ["log", "logarithm"]];
const HUES = ["--c0", "--c2", "--c3", "--c4", "--c5", "--c6", "--c7", "--c8"];
const UNITS = [["s", 1], ["min", 60], ["h", 3600], ["days", 86400]];
/** A level that would make the axis longer than so many times stands in the legend alone. */
const FARTHEST = 3;
/** More points than this are a line without dots. */
const DOTS = 40;
const SPACE = {left: 58, right: 14, top: 24, bottom: 34};

/** What the reader has chosen, for all curves of the page at once. */
const axes = {along: "tokens", x: "linear", y: "linear"};
const curves = new Set();

function switches() {
  const pick = name => value => { axes[name] = value; for (const draw of curves) draw(); say(`Drawn along ${axes.along}`); };
  return h("div", {class: "tools switches"}, [["Along", "along", ALONG], ["Across", "x", AXES], ["Upwards", "y", AXES]].map(([label, name, options]) =>
    h("div", {class: "field"}, h("span", {}, label), choice(label, options, axes[name], pick(name)))));
}

/** Numbers along the axis of a line's points: {step, tokens, seconds}; null where it is not known. */
function places({points, flops}, [, seconds]) {
  if (axes.along === "flops") return points.tokens.map(tokens => tokens === null || !flops ? null : tokens * flops);
  if (axes.along === "seconds") return points.seconds.map(at => at === null ? null : at / seconds);
  return points[axes.along];
}

/** In what time is told: [unit, seconds]. */
function timeUnit(lines) {
  const most = lines.reduce((most, {points}) => points.seconds.reduce((most, at) => Math.max(most, at ?? 0), most), 0);
  return UNITS.findLast(([, seconds]) => most >= 2 * seconds) ?? UNITS[0];
}

/** Where a step lies between the points of a line. */
function placeOfStep(step, points, along) {
  const known = points.step.map((at, i) => [at, along[i]]).filter(pair => pair[0] !== null && pair[1] !== null);
  const after = known.findIndex(([at]) => at >= step);
  if (after < 0) return null;
  const [at, place] = known[after];
  if (at === step || after === 0) return at === step || axes.along !== "seconds" ? place * (at ? step / at : 1) : place;
  const [before, from] = known[after - 1];
  return from + (place - from) * (step - before) / (at - before);
}

/** The words of a place on the axis, and the axis' name. */
function alongWords([unit]) {
  if (axes.along === "seconds") return [value => measured(Number(value.toPrecision(4))), `time, ${unit}`];
  if (axes.along === "flops") return [value => value === 0 ? "0" : Number(value.toPrecision(3)).toExponential().replace("e+", "e"), "FLOPs"];
  return [value => rounded(value), ALONG.find(([name]) => name === axes.along)[1]];
}

function rounded(value) {
  for (const [size, unit] of [[1e12, "T"], [1e9, "B"], [1e6, "M"], [1e3, "k"]]) if (Math.abs(value) >= size) return `${Number((value / size).toPrecision(4))} ${unit}`;
  return measured(value);
}

const finite = value => typeof value === "number" && Number.isFinite(value);

/**
 * A figure that is drawn when it comes into view, and anew when an axis or its width changes.
 * lines: {name, points: {step, tokens, seconds}, ends (the same, of what each point is a mean of), y, low, high, hue, faint, dash, dots, flops}; levels: {name, y}; marks: {kind, step, words}.
 */
function curve({title, unit, lines, levels = [], marks = [], note, cut = false, zero = false, words = measured}) {
  const picture = h("div", {class: "picture"}), legend = h("ul", {class: "legend"}), remark = h("p", {class: "quiet"});
  const figure = h("figure", {class: "card"}, h("figcaption", {}, bdi(title)), picture, legend, note ? h("p", {class: "quiet"}, note) : null, remark);
  let width = 0;
  const draw = () => {
    width = picture.clientWidth || 560;
    const made = drawn({title, unit, lines, levels, marks, cut, zero, words, width});
    picture.replaceChildren(made.node);
    legend.replaceChildren(...made.legend);
    remark.textContent = made.remark;
    remark.hidden = !made.remark;
  };
  return lazily(figure, () => {
    draw();
    curves.add(draw);
    new ResizeObserver(() => { if (picture.clientWidth && Math.abs(picture.clientWidth - width) > 8) draw(); }).observe(picture);
  });
}

function drawn({title, unit, lines, levels, marks, cut, zero, words, width}) {
  const logX = axes.x === "log", logY = axes.y === "log";
  const time = timeUnit(lines);
  const parts = lines.map(line => {
    const along = places(line, time), ends = line.ends ?? line.points, reached = places({...line, points: ends}, time);
    const points = along.map((x, i) => ({x, y: line.y[i], low: line.low?.[i], high: line.high?.[i]}))
      .filter(({x, y}) => finite(x) && finite(y) && (!logX || x > 0) && (!logY || y > 0));
    return {line, points, ends, reached};
  }).filter(part => part.points.length);
  if (!parts.length) return {node: h("p", {class: "quiet"}, logX || logY ? "Nothing here is above 0: a logarithm shows none of it." : "The run has no figures for this axis."), legend: [], remark: ""};
  const [yLow, yHigh, above] = heightsOf(parts, levels, {cut, zero, logY, logX});
  const xs = parts.flatMap(({points}) => [points[0].x, points.at(-1).x]), least = Math.min(...xs), alone = least === Math.max(...xs);
  const most = alone ? least : Math.max(...xs, ...parts.map(({reached}) => reached.at(-1) ?? 0));
  const [xLow, right] = alone ? around(most, logX) : [logX || least > most / 2 ? least : 0, most];
  const [place, along] = alongWords(time), height = width < 480 ? 240 : 290;
  const seen = marksOf(marks, parts[0], xLow, right);
  const lineOf = part => ({x: "x", y: "y", stroke: `var(${part.line.hue})`, strokeWidth: part.line.faint ? 1 : 2, strokeDasharray: part.line.dash, strokeOpacity: part.line.faint ? 0.35 : 1, clip: true});
  const yTicks = logY ? logTicks(yLow, yHigh, 6) : charts.ticks(yLow, yHigh, 5);
  const xTicks = alone ? [most] : logX ? logTicks(xLow, right, Math.floor(width / 70)) : charts.ticks(xLow, right, Math.max(3, Math.floor(width / 90)));
  const shownLevels = levels.filter(level => level.y >= yLow && level.y <= yHigh);
  const node = charts.plot({
    width, height, marginLeft: SPACE.left, marginRight: SPACE.right, marginTop: SPACE.top, marginBottom: SPACE.bottom,
    style: {background: "none", overflow: "visible"}, className: "chart",
    x: {type: logX ? "log" : "linear", domain: [xLow, right], label: null}, y: {type: logY ? "log" : "linear", domain: [yLow, yHigh], label: null},
    marks: [
      charts.gridY({ticks: yTicks, stroke: "var(--rule)", strokeOpacity: 1}),
      charts.axisY({ticks: toldApart(yTicks, words), tickFormat: words, tickSize: 0}),
      charts.axisX({ticks: toldApart(xTicks, place), tickFormat: place}),
      charts.text([unit], {frameAnchor: "top-left", dx: 4 - SPACE.left, dy: -SPACE.top + 4, text: d => d, fill: "var(--soft)"}),
      charts.text([along], {frameAnchor: "bottom-right", dy: SPACE.bottom - 4, text: d => d, fill: "var(--soft)"}),
      ...marksDrawn(seen),
      ...parts.filter(part => part.points.some(point => finite(point.low) && finite(point.high))).map(part => charts.areaY(part.points.filter(point => finite(point.low) && finite(point.high)), {x: "x", y1: "low", y2: "high", fill: `var(${part.line.hue})`, fillOpacity: 0.13, clip: true})),
      ...parts.toReversed().map(part => charts.line(part.points, lineOf(part))),
      ...parts.filter(part => part.line.dots && part.points.length <= DOTS || part.points.length === 1).map(part => charts.dot(part.points.filter(({y}) => y >= yLow && y <= yHigh), {x: "x", y: "y", r: 3, fill: `var(${part.line.hue})`})),
      ...shownLevels.flatMap(level => [charts.ruleY([level.y], {stroke: "var(--soft)", strokeDasharray: "5 4"}),
        charts.text([level.name], {y: () => level.y, frameAnchor: "right", dy: -7, text: d => plain(d), fill: "var(--ink)", stroke: "var(--card)", strokeWidth: 4})]),
      charts.tip(parts[0].points, charts.pointerX({x: "x", y: "y", maxRadius: 60, fill: "var(--card)", stroke: "var(--control)", title: point => [`${along}: ${place(point.x)}`, ...near(parts, point.x, most - xLow).map(([line, found]) => `${plain(line.name)}: ${words(found.y)}`)].join("\n")})),
    ],
  });
  hidden(node);
  node.setAttribute("role", "img");
  node.setAttribute("aria-label", `${plain(title)}, ${unit}: ${parts.map(part => `${plain(part.line.name)} from ${words(part.points[0].y)} to ${words(part.points.at(-1).y)}`).join(", ")}`);
  const legend = parts.map(({line, points}) => h("li", {class: line.faint ? "thin" : line.dash ? "points" : null, style: {"--hue": `var(${line.hue})`}}, h("i"), bdi(line.name), " ", h("b", {}, words(points.at(-1).y))));
  const beyond = levels.filter(level => !shownLevels.includes(level)).map(level => h("li", {}, bdi(level.name), level.y > yHigh ? ", above the axis" : ", below the axis"));
  const remark = above ? `${plural(above, "value")} above the axis ${above === 1 ? "is" : "are"} not shown; a logarithm shows all.` : "";
  return {node, legend: [...legend, ...beyond, ...markLegend(seen)], remark};
}

/** The ends of an axis along which there is one place alone, which stands in its middle. */
const around = (place, log) => log ? [place / 2, place * 2] : place ? [Math.min(0, 2 * place), Math.max(0, 2 * place)] : [-1, 1];

/** Ticks without those whose words are the ones before them over again. */
const toldApart = (ticks, words) => ticks.filter((tick, at) => at === 0 || words(tick) !== words(ticks[at - 1]));

/** The ends of the axis upwards, and how many values lie above it. The first twelfth of a falling curve would press the rest flat. */
function heightsOf(parts, levels, {cut, zero, logY, logX}) {
  const told = parts.filter(part => !part.line.faint), chosen = told.length ? told : parts;
  const ys = chosen.flatMap(part => part.points.map(point => point.y));
  const intervals = chosen.flatMap(part => part.points.flatMap(({low, high}) => [low, high])).filter(y => finite(y) && (!logY || y > 0));
  let low = Math.min(...ys), high = Math.max(...ys);
  if (cut && !logY && !logX) {
    const later = chosen.flatMap(part => part.points.slice(Math.floor(part.points.length / 12)).map(point => point.y));
    const sorted = Float64Array.from(later).sort(), typical = sorted[Math.floor((sorted.length - 1) * 0.98)];
    const begun = zero ? Math.min(sorted.at(-1), 3 * typical) : sorted.at(-1);
    if (begun > low) high = Math.min(high, begun + 0.1 * (begun - low));
  } else if (intervals.length) high = Math.max(high, ...intervals);
  if (intervals.length) low = Math.min(low, ...intervals);
  const reached = levels.map(level => level.y).filter(y => (!logY || y > 0) && y >= high - FARTHEST * (high - low) && y <= low + FARTHEST * (high - low));
  low = Math.min(low, ...reached);
  high = Math.max(high, ...reached);
  const above = parts.reduce((sum, part) => sum + part.points.filter(point => point.y > high).length, 0);
  if (logY) return [low * 0.97, high * 1.03, above];
  if (zero) return [Math.min(0, low), high * 1.05 || 1, above];
  const pad = (high - low) * 0.05 || Math.abs(high) * 0.05 || 1;
  return [low - pad, high + pad, above];
}

/** Round places on a logarithmic axis: of a short one as on a linear one, of a long one 1, 2 and 5 or powers of ten alone. */
function logTicks(low, high, most) {
  if (high < 8 * low) return charts.ticks(low, high, most).filter(tick => tick > 0);
  const powers = Array.from({length: 60}, (_, at) => at - 20);
  for (const steps of [[1, 2, 5], [1]]) {
    const found = powers.flatMap(power => steps.map(step => Number(`${step}e${power}`))).filter(tick => tick >= low && tick <= high);
    if (found.length <= most || steps.length === 1) return found.filter((_, at) => at % Math.ceil(found.length / Math.max(most, 1)) === 0);
  }
}

/** Of each line the point nearest to a place, unless it is far from there. */
function near(parts, x, extent) {
  return parts.map(({line, points}) => {
    let low = 0, high = points.length - 1;
    while (low < high) { const middle = (low + high) >> 1; if (points[middle].x < x) low = middle + 1; else high = middle; }
    const found = low > 0 && x - points[low - 1].x < points[low].x - x ? points[low - 1] : points[low];
    return [line, found];
  }).filter(([, point]) => Math.abs(point.x - x) <= extent / 20);
}

const MARKS = {phase: ["│", "--c4"], rate: ["┆", "--soft"], resume: ["┊", "--c3"], save: ["▴", "--soft"], skip: ["×", "--warn"]};

function marksOf(marks, {ends, reached}, least, most) {
  return marks.map(mark => ({...mark, x: placeOfStep(mark.step, ends, reached)})).filter(mark => finite(mark.x) && mark.x >= least && mark.x <= most && (axes.x === "linear" || mark.x > 0));
}

function marksDrawn(marks) {
  const of = (...kinds) => marks.filter(mark => kinds.includes(mark.kind)), dashes = {phase: null, rate: "6 4", resume: "2 3"};
  return [
    ...Object.entries(dashes).map(([kind, dash]) => charts.ruleX(of(kind), {x: "x", stroke: `var(${MARKS[kind][1]})`, strokeDasharray: dash, strokeOpacity: 0.8})),
    charts.dot(of("save"), {x: "x", frameAnchor: "bottom", symbol: "triangle", r: 2.5, dy: -3, fill: "var(--soft)"}),
    charts.dot(of("skip"), {x: "x", frameAnchor: "top", symbol: "times", r: 4, dy: 5, stroke: "var(--warn)", strokeWidth: 1.5}),
  ];
}

function markLegend(marks) {
  const kinds = new Map();
  for (const mark of marks) kinds.set(`${mark.kind} ${mark.words}`, [...kinds.get(`${mark.kind} ${mark.words}`) ?? [], mark]);
  return [...kinds.values()].map(of => h("li", {class: "mark", style: {"--hue": `var(${MARKS[of[0].kind][1]})`}}, h("i", {"aria-hidden": "true"}, `${MARKS[of[0].kind][0]} `), bdi(of[0].words), of.length > 1 ? `, ${count(of.length)} times` : ""));
}
