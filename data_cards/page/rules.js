"use strict";
// Every rule with what it cost; opened, its values, its cut and the documents on both sides.

const SORTS = [
  ["cost", "what they dropped", (a, b) => b.dropped - a.dropped || b.broken - a.broken],
  ["alone", "what they alone dropped", (a, b) => b.alone - a.alone || b.dropped - a.dropped],
  ["broken", "how many broke them", (a, b) => b.broken - a.broken],
  ["name", "name", (a, b) => a.rule < b.rule ? -1 : 1],
  ["recipe", "the recipe's order", (a, b) => a.at - b.at],
];
const STATES = {dead: "no effect", runaway: "drops very much"};

function rules(report) {
  const {data} = report, most = Math.max(1, ...data.rules.map(rule => Math.max(rule.broken, rule.dropped))), list = h("div", {class: "rules"});
  const cards = new Map(data.rules.map((rule, at) => [rule, ruleCard(report, rule, at, most)]));
  const order = data.rules.map((rule, at) => ({...rule, at, of: rule}));
  const told = h("p", {class: "quiet", role: "status"});
  const quiet = order.filter(rule => !rule.broken).length, more = h("button", {type: "button", class: "more", on: {click: () => { whole = !whole; draw(); }}});
  let sort = "cost", words = "", whole = quiet === order.length;
  const draw = () => {
    const wanted = order.filter(rule => (whole || words || rule.broken) && words.split(/\s+/).every(word => `${rule.rule} ${rule.about} ${rule.use} ${STATES[rule.state] ?? ""}`.toLowerCase().includes(word)));
    list.replaceChildren(...wanted.sort(SORTS.find(([name]) => name === sort)[2]).map(rule => cards.get(rule.of).node));
    told.textContent = wanted.length < order.length ? `${plural(wanted.length, "rule")} of ${count(order.length)}` : plural(order.length, "rule");
    more.textContent = `${whole ? "Hide" : "Show"} ${plural(quiet, "rule")} that no document broke, or without a limit`;
    more.hidden = !quiet || words || quiet === order.length;
  };
  report.showRule = rule => {
    if (!cards.get(rule).node.isConnected) { words = find.value = ""; whole = true; draw(); }
    cards.get(rule).open();
  };
  const find = h("input", {type: "search", placeholder: "Name, or what it measures", on: {input: () => { words = find.value.trim().toLowerCase(); draw(); }}});
  draw();
  for (const rule of order.slice(0, 2)) if (rule.broken) cards.get(rule.of).show();
  return [
    h("p", {class: "quiet"}, "A document counts as dropped at the first rule that it broke; “alone” are those that no other rule would have dropped. Open a rule for its values, move its limit, and click on a bar for documents of that range."),
    h("div", {class: "tools"}, h("label", {class: "field"}, h("span", {}, "Find"), find),
      select("Sorted by", SORTS.map(([name, text]) => [name, text]), sort, picked => { sort = picked; draw(); }),
      select("Heights of bars", HEIGHTS, heights, picked => { heights = picked; for (const redraw of redraws) redraw(); })),
    told,
    h("div", {class: "rule-heads", "aria-hidden": "true"}, h("span", {}, "rule"), h("span", {}, swatch("alone"), " alone ", swatch("first"), " first, others too ", swatch("another"), " another came first"), h("span", {}, "dropped"), h("span", {}, "alone")),
    list, more,
  ];
}

function ruleCard(report, rule, at, most) {
  const later = rule.broken - rule.dropped, body = h("div", {class: "rule-body"});
  const node = h("details", {class: "rule card", dataset: {rule: at}}, h("summary", {},
    h("h3", {}, ruleName(rule.rule), rule.state ? h("span", {class: "chip state"}, STATES[rule.state] ?? rule.state) : null,
      h("span", {class: "quiet limit"}, sidesText(rule))),
    h("span", {class: "cost"}, bar([["alone", rule.alone], ["first", Math.max(rule.dropped - rule.alone, 0)], ["another", Math.max(later, 0)]], most)),
    h("span", {class: "number"}, h("span", {class: "unseen"}, "dropped "), count(rule.dropped)), h("span", {class: "number"}, h("span", {class: "unseen"}, "alone "), count(rule.alone))), body);
  let built = false;
  const build = () => { if (!built) { built = true; body.append(...ruleBody(report, rule)); } };
  const show = () => { node.open = true; if (!built) lazily(body, build); };
  node.addEventListener("toggle", () => { if (node.open && !built) lazily(body, build); });
  return {node, show, open: () => { show(); drawNow(body); reveal(node); }};
}

function sidesText(rule) {
  const own = rule.groups.filter(group => group.languages.length).length;
  const limit = SIDES.filter(([side]) => rule[side] !== null && rule[side] !== undefined).map(([side, words]) => `${words} ${measured(rule[side])}`).join(" and ") || "no limit in general";
  return own ? `${limit}; ${plural(own + (rule.more_languages ?? 0), "language")} with limits of their own` : limit;
}

function ruleBody(report, rule) {
  const beside = new Beside(report, rule), place = h("div", {}), groups = rule.groups.filter(group => group.bins.length);
  const draw = group => place.replaceChildren(group ? limitsView(report.data, rule, group, beside) : h("p", {class: "quiet"}, "No document has a value."));
  draw(groups[0]);
  const facts = [plural(rule.judged, "document") + " judged", `${count(rule.broken)} broke it (${share(rule.broken, rule.judged)})`, rule.unknown ? `${count(rule.unknown)} had no value` : null].filter(Boolean).join(" · ");
  return [
    h("p", {}, rule.about ? [bdi(rule.about), " "] : null, h("span", {class: "quiet"}, facts, rule.paper ? [" · ", bdi(rule.paper)] : null)),
    rule.stops ? h("p", {class: "quiet"}, "What this step drops is not measured by the steps after it: some of the documents that a looser limit lets through may fall there.") : null,
    groups.length > 1 ? select("Language", groups.map(group => [group, `${group.label} (${count(group.documents)})`]), groups[0], group => { draw(group); beside.start(); }) : null,
    h("div", {class: "workbench"}, place, beside.node),
  ].filter(Boolean);
}

/** The documents beside a picture: of a bin, nearest the limits, or what the rule dropped. */
class Beside {
  constructor(report, rule) {
    this.report = report;
    this.rule = rule;
    this.node = h("aside", {class: "beside", "aria-label": `Documents for ${plain(rule.rule)}`});
    this.start();
  }

  start() {
    const {rule} = this, own = this.report.data.documents.flatMap((each, at) => each.rule === rule.rule && each.table !== "corpus" ? [at] : []);
    const near = SIDES.flatMap(([side, words]) => [["dropped", `Just dropped (${words} ${measured(rule[side])})`], ["kept", `Just kept (${words} ${measured(rule[side])})`]]
      .map(([fate, head]) => [head, rule.near?.[side]?.[fate] ?? []]));
    this.fill("Nearest the limit", [...near, ["Dropped by it, chosen by hash", own]], "No document of it was sampled.");
  }

  bin(rule, group, at) {
    const bin = group.bins[at], {kept = [], dropped = [], another = []} = bin.documents ?? {};
    this.fill(binWords({...bin, kept: 0, alone: 0, first: 0, another: 0}, at, group.bins.length).replace(/: no documents$/, ""),
      [["Dropped by this rule", dropped], ["Kept", kept], ["Dropped by another rule first", another]], "No document of this range was sampled.",
      h("button", {type: "button", class: "link", on: {click: () => this.start()}}, "back to those nearest the limit"));
    this.node.dataset.bin = at;
    say(`${this.count} documents of this bin`);
  }

  fill(head, lists, none, back = null) {
    const some = lists.filter(([, found]) => found.length);
    this.count = some.reduce((sum, [, found]) => sum + found.length, 0);
    delete this.node.dataset.bin;
    this.node.replaceChildren(h("h4", {}, head), ...some.flatMap(([title, found]) => [h("h5", {}, title), documentList(this.report, found, this.rule, 5)]),
      ...some.length ? [] : [h("p", {class: "quiet"}, none)], ...back ? [back] : []);
  }
}

/** Scrolls to a place, once all that stands before it has its height. */
function reveal(node) {
  const before = other => node.contains(other) || node.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_PRECEDING;
  for (let some = true; some;) {
    some = [...waiting.keys()].filter(other => other.isConnected && before(other));
    for (const other of some) drawNow(other);
    some = some.length > 0;
  }
  node.scrollIntoView({block: "start", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth"});
  const head = node.querySelector("summary, h2, h3") ?? node;
  if (!head.matches("summary")) head.setAttribute("tabindex", -1);
  head.focus({preventScroll: true});
}
