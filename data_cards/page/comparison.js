"use strict";
// Two builds side by side: what each kept, where they part, and which rules changed.

const pair = (row, of) => [row.a ? of(row.a) : null, row.b ? of(row.b) : null];
const told = (value, words) => value === null || value === undefined ? "–" : words(value);
const apart = ([a, b]) => Math.abs((b ?? 0) - (a ?? 0));

function comparison(data) {
  document.getElementById("find").remove();
  frame(data.title, [
    ["overview", "At a glance", () => bothTotals(data)],
    ["stages", "From records to corpus", () => bothStages(data)],
    ["rules", "Rules", () => bothRules(data)],
    ["sources", "Sources", () => bothSources(data)],
    ...FACTS.map(([id, name, title]) => [id, title, () => bothFacts(data, name)]),
  ]);
}

/** A figure of A, of B, and how much more B has. */
function figures([a, b], words = count) {
  return [told(a, words), told(b, words), a === null || b === null ? "–" : signed(b - a)];
}

function bothTotals({a, b}) {
  const both = {a: a.total, b: b.total}, read = pair(both, total => total.records + total.gaps);
  return [
    h("p", {class: "lead"}, "A is ", bdi(a.title), ", B is ", bdi(b.title), ". A keeps ", h("b", {}, share(a.total.kept[0], read[0])), ` of the ${plural(read[0], "record")} that it read, B `, h("b", {}, share(b.total.kept[0], read[1])), ` of ${count(read[1])}.`),
    table("Totals of both builds", ["", "A", "B", "B less A"], [
      ["records and gaps read", ...figures(read)], ["files", ...figures(pair(both, total => total.files))],
      ["documents kept", ...figures(pair(both, total => total.kept[0]))], ["characters kept", ...figures(pair(both, total => total.kept[1]))],
    ]),
    h("dl", {class: "facts"}, [["A, build", a.identity], ["B, build", b.identity], ["A, recipe's digest", a.recipe.sha256], ["B, recipe's digest", b.recipe.sha256]].map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, bdi(value))))),
  ];
}

function bothStages(data) {
  const most = Math.max(1, ...data.stages.flatMap(stage => pair(stage, of => of.dropped[0])));
  return [h("p", {class: "quiet"}, "What each step dropped in A (outlined) and in B (filled)."),
    table("Documents dropped by each step", ["step", {text: h("span", {class: "unseen"}, "bars"), left: true}, "A dropped", "B dropped", "B less A", "A left", "B left"], data.stages.filter(stage => pair(stage, of => of.dropped[0]).some(Boolean)).map(stage => {
      const dropped = pair(stage, of => of.dropped[0]), left = pair(stage, of => of.left[0]);
      return [bdi(stage.name), h("span", {class: "twin"}, dropped.map((many, at) => bar([[at ? "kept" : "met", many ?? 0]], most))), ...figures(dropped), ...left.map(many => told(many, count))];
    }), {class: "bars"})];
}

function bothRules(data) {
  const limit = of => SIDES.filter(([side]) => of[side] !== null).map(([side, words]) => `${words} ${measured(of[side])}`).join(", ") || "no limit";
  const rows = data.rules.map(rule => ({rule, shares: pair(rule, of => of.share), limits: pair(rule, limit)}));
  rows.sort((one, other) => apart(other.shares) - apart(one.shares) || (other.limits[0] !== other.limits[1]) - (one.limits[0] !== one.limits[1]));
  return [h("p", {class: "quiet"}, "Those first whose share of the judged documents that broke them differs most; ≠ marks limits that differ."),
    table("Rules of both builds", ["rule", {text: "limit in A", left: true}, {text: "limit in B", left: true}, "A broke", "B broke", "A dropped first", "B dropped first"], rows.map(({rule, shares, limits}) => [
      ruleName(rule.rule), told(limits[0], String), [limits.every(Boolean) && limits[0] !== limits[1] ? h("b", {class: "warn"}, "≠ ") : null, told(limits[1], String)],
      ...shares.map(part => told(part, value => share(value, 1))), ...pair(rule, of => of.dropped).map(many => told(many, count))]))];
}

function bothSources(data) {
  return table("Sources of both builds", ["source", "documents in A", "in B", "kept of A", "kept of B", "copies in A", "copies in B"], data.sources.map(source => [bdi(source.name),
    ...pair(source, of => of.documents).map(many => told(many, count)), ...pair(source, of => share(of.kept[0], of.documents)).map(part => told(part, String)), ...pair(source, of => of.duplicates).map(many => told(many, count))]));
}

function bothFacts(data, name) {
  const rows = data.facts[name] ?? [], [a, b] = [data.a, data.b].map(of => of.total.kept[0]);
  return rows.length ? [h("p", {class: "quiet"}, "Of the kept documents; those first whose shares differ most."), paged([0], () => table(`${name} of both builds`, [name, "A", "B", "of A", "of B"], rows.slice(0, 40).map(([value, one, other]) => [bdi(value),
    told(one?.[0], count), told(other?.[0], count), told(one?.[0], many => share(many, a)), told(other?.[0], many => share(many, b))])), 1, "div", {})] : [h("p", {}, "Nothing is known of it.")];
}
