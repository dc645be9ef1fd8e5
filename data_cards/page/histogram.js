"use strict";
// A measure's values as bars: what was kept, and what was dropped by whom. The heights are a choice of the reader's.

const FATES = [
  ["kept", "kept"],
  ["alone", "dropped by this rule alone"],
  ["first", "dropped first by this rule, and broke another too"],
  ["another", "dropped by another rule first"],
];
const HEIGHTS = [["log", "logarithm"], ["linear", "documents"], ["share", "shares"]];
const MARGIN = {left: 52, right: 14, top: 18, bottom: 34};
let heights = "log";

const swatch = fate => h("svg:svg", {class: "swatch", width: 16, height: 12, "aria-hidden": "true"}, h("svg:rect", {width: 16, height: 12, fill: `url(#fate-${fate})`}));

function fateLegend(group, fates = FATES) {
  return h("ul", {class: "legend"}, fates.map(([fate, words]) => {
    const many = group.bins.reduce((sum, bin) => sum + bin[fate], 0);
    return many || fate === "kept" ? h("li", {}, swatch(fate), ` ${words} `, h("b", {}, count(many))) : null;
  }));
}

function binWords(bin, at, of) {
  const ends = at === 0 && bin.low === null ? `below ${measured(bin.high)}` : at === of - 1 && bin.high === null ? `${measured(bin.low)} and more` :
    bin.low === bin.high ? measured(bin.low) : `${measured(bin.low)} to ${measured(bin.high)}`;
  return `${ends}: ${FATES.filter(([fate]) => bin[fate]).map(([fate, words]) => `${count(bin[fate])} ${words}`).join(", ") || "no documents"}`;
}

/** Segments of the bars; a bar's colours share its height as its documents are shared. */
function segments(bins) {
  const found = [];
  for (const [at, bin] of bins.entries()) {
    const all = FATES.reduce((sum, [fate]) => sum + bin[fate], 0);
    const height = heights === "linear" ? all : heights === "share" ? (all ? 1 : 0) : Math.log10(1 + all);
    let below = 0;
    for (const [fate] of FATES) {
      if (!bin[fate]) continue;
      found.push({fate, x1: at, x2: at + 1, y1: height * below / all, y2: height * (below + bin[fate]) / all});
      below += bin[fate];
    }
  }
  return found;
}

function heightTicks(most) {
  if (heights === "share") return [[0, 0.25, 0.5, 0.75, 1], y => `${100 * y} %`, 1];
  if (heights === "linear") return [charts.ticks(0, most, 4).filter(Number.isInteger), y => count(y), most || 1];
  const powers = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10].filter(many => many <= Math.max(most, 1));
  return [powers.map(many => Math.log10(1 + many)), y => short(Math.round(10 ** y - 1)), Math.log10(1 + most) || 1];
}

/** The picture of a group; `picked(bin's index)` is called on a click or Enter. Returns {node, setCuts}. */
function histogram(group, label, width, picked) {
  const axis = new MeasureAxis(group), height = width < 480 ? 220 : 250;
  const most = Math.max(...group.bins.map(bin => FATES.reduce((sum, [fate]) => sum + bin[fate], 0)));
  const [yTicks, yText, top] = heightTicks(most), xTicks = axis.ticks(Math.max(3, Math.floor((width - 80) / 70)));
  const parts = segments(group.bins), names = new Map(xTicks);
  const node = charts.plot({
    width, height, marginLeft: MARGIN.left, marginRight: MARGIN.right, marginTop: MARGIN.top, marginBottom: MARGIN.bottom,
    style: {background: "none", overflow: "visible"}, className: "chart",
    x: {domain: [0, axis.length], label: null}, y: {domain: [0, top], label: null},
    marks: [
      charts.gridY({ticks: yTicks, stroke: "var(--rule)", strokeOpacity: 1}),
      charts.axisY({ticks: yTicks, tickFormat: yText, tickSize: 0}),
      charts.axisX({ticks: xTicks.map(([at]) => at), tickFormat: at => measured(names.get(at))}),
      ...FATES.map(([fate]) => charts.rect(parts.filter(part => part.fate === fate), {
        x1: "x1", x2: "x2", y1: "y1", y2: "y2", fill: `url(#fate-${fate})`, insetLeft: 0.5, insetRight: 0.5})),
      charts.ruleY([0], {stroke: "var(--control)"}),
    ],
  });
  hidden(node);
  const x = at => MARGIN.left + at / axis.length * (width - MARGIN.left - MARGIN.right);
  const lines = h("svg:g", {class: "cuts", "aria-hidden": "true"});
  node.append(lines, binButtons(group, x, height, label, picked));
  node.setAttribute("role", "group");
  node.setAttribute("aria-label", label);
  return {node, axis, setCuts: cuts => drawCuts(lines, cuts, axis, x, height)};
}

/** One stop of the tab key for all bins; arrows go from bin to bin. */
function binButtons(group, x, height, label, picked) {
  const {bins} = group;
  const all = bins.map((bin, at) => h("svg:rect", {
    class: "bin", x: x(at), width: x(at + 1) - x(at), y: MARGIN.top, height: height - MARGIN.top - MARGIN.bottom,
    role: "option", "aria-selected": "false", tabindex: at ? -1 : 0, "aria-label": binWords(bin, at, bins.length), dataset: {bin: at},
  }, h("svg:title", {}, binWords(bin, at, bins.length))));
  const pick = at => {
    for (const [other, node] of all.entries()) {
      node.setAttribute("aria-selected", String(other === at));
      node.setAttribute("tabindex", other === at ? 0 : -1);
    }
    picked(at);
  };
  const moves = {ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity};
  return h("svg:g", {role: "listbox", "aria-label": `Bins of ${label}: Enter lists documents`, on: {
    click: event => { if (event.target.dataset.bin) pick(Number(event.target.dataset.bin)); },
    keydown: event => {
      const at = Number(event.target.dataset.bin);
      if (event.key === "Enter" || event.key === " ") pick(at);
      else if (event.key in moves) {
        const to = Math.min(Math.max(at + moves[event.key], 0), all.length - 1);
        all[at].setAttribute("tabindex", -1);
        all[to].setAttribute("tabindex", 0);
        all[to].focus();
      } else return;
      event.preventDefault();
    },
  }}, all);
}

/** Limits as lines over the bars: {value, side, words, moved}. */
function drawCuts(lines, cuts, axis, x, height) {
  const low = x(0), high = x(axis.length);
  lines.replaceChildren(...cuts.flatMap(({value, side, words, moved}) => {
    const at = x(axis.cut(value, side)), bottom = height - MARGIN.bottom, kind = moved ? "moved" : "now";
    const shade = side === "min" ? [low, at - low] : [at, high - at];
    const end = at > (low + high) / 2 ? "end" : "start";
    return [
      moved || !cuts.some(other => other.moved && other.side === side) ? h("svg:rect", {class: "beyond", x: shade[0], width: Math.max(shade[1], 0), y: MARGIN.top, height: bottom - MARGIN.top}) : null,
      h("svg:line", {class: `cut ${kind}`, x1: at, x2: at, y1: MARGIN.top - 4, y2: bottom}),
      h("svg:text", {class: `cut ${kind}`, x: at + (end === "end" ? -5 : 5), y: moved ? MARGIN.top - 7 : MARGIN.top + 10, "text-anchor": end}, words),
    ].filter(Boolean);
  }));
}

/** The same as a table, for those who would rather read. */
function histogramTable(group, label) {
  const details = h("details", {class: "as-table"}, h("summary", {}, "As a table"));
  details.addEventListener("toggle", () => details.append(table(`${label}, by value`,
    ["from", "to", ...FATES.map(([, words]) => words)],
    group.bins.map(bin => [measured(bin.low ?? -Infinity), measured(bin.high ?? Infinity), ...FATES.map(([fate]) => count(bin[fate]))]))), {once: true});
  return details;
}
