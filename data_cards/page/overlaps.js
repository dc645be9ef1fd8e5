"use strict";
// Which rules drop the same documents.

const MATRIX = 24;

function overlaps(report) {
  const {rules, pairs} = report.data.overlaps, alone = new Map(pairs.filter(([i, j]) => i === j).map(([i, , many]) => [i, many]));
  const of = i => alone.get(i) ?? 0, top = [...alone.keys()].sort((a, b) => of(b) - of(a)).slice(0, MATRIX);
  const real = pairs.filter(([i, j]) => i !== j).sort((a, b) => b[2] - a[2]);
  if (!real.length) return [h("p", {}, "No document broke two rules that were both tried on it.")];
  const place = h("div", {class: "scroll matrix", tabindex: 0, role: "group", "aria-label": "Matrix of rules that were broken together"});
  lazily(place, () => place.append(matrix(rules, pairs, of, top)));
  return [
    h("p", {class: "quiet"}, `Of the documents that broke the rule of a row, the share that broke the rule of a column too.${alone.size > MATRIX ? ` The ${MATRIX} rules that most documents broke, of ${count(alone.size)}.` : ""}`),
    place,
    h("details", {class: "as-table"}, h("summary", {}, "The pairs as a table, most documents first"),
      table("Pairs of rules that the same documents broke", ["rule", {text: "and", left: true}, "documents", "of the first", "of the second"],
        real.slice(0, 200).map(([i, j, many]) => [report.ruleButton(rules[i]), report.ruleButton(rules[j]), count(many), share(many, of(i)), share(many, of(j))])),
      real.length > 200 ? h("p", {class: "quiet"}, `and ${plural(real.length - 200, "more pair")}`) : null),
  ];
}

function matrix(rules, pairs, of, top) {
  const at = new Map(top.map((rule, place) => [rule, place])), cells = [];
  for (const [i, j, many] of pairs) {
    if (!at.has(i) || !at.has(j)) continue;
    cells.push({row: at.get(i), column: at.get(j), part: many / of(i), many, own: i === j});
    if (i !== j) cells.push({row: at.get(j), column: at.get(i), part: many / of(j), many});
  }
  const names = top.map(rule => plain(brief(rules[rule], 44))), side = top.length <= 12 ? 44 : 34, left = 20 + 7.4 * Math.max(...names.map(name => Array.from(name).length));
  const ends = top.map((_, place) => place);
  const node = charts.plot({
    width: left + side * top.length + 10, height: 40 + side * top.length + 10, marginLeft: left, marginTop: 30, marginBottom: 10, marginRight: 10, className: "chart",
    style: {background: "none", overflow: "visible"},
    x: {domain: ends, label: null, padding: 0.06}, y: {domain: ends, label: null, padding: 0.06}, opacity: {type: "identity"},
    marks: [
      charts.axisX({anchor: "top", tickFormat: place => place + 1, tickSize: 0}), charts.axisY({tickFormat: place => `${names[place]}  ${place + 1}`, tickSize: 0}),
      charts.cell(cells.filter(cell => !cell.own), {x: "column", y: "row", fill: "var(--dropped)", fillOpacity: cell => 0.05 + 0.5 * cell.part, title: cell => `${names[cell.row]} and ${names[cell.column]}: ${count(cell.many)} documents, ${share(cell.part, 1)}`}),
      charts.cell(cells.filter(cell => cell.own), {x: "column", y: "row", fill: "var(--raised)"}),
      charts.text(cells.filter(cell => !cell.own && cell.part >= 0.005), {x: "column", y: "row", text: cell => Math.round(100 * cell.part), fill: "var(--ink)", className: "in-cell"}),
    ],
  });
  hidden(node);
  node.setAttribute("role", "img");
  node.setAttribute("aria-label", "Matrix of rules that were broken together; the table below has the same figures");
  return node;
}
