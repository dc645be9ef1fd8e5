"use strict";
// What this corpus is, what was lost on the way, what looks wrong, and the three rules that cost most.

const SEVERITY = {3: ["‼", "serious"], 2: ["!", "look at it"], 1: ["i", "to know"]};

function overview(report) {
  const {data} = report, {total} = data, all = funnelOf(data, null);
  const start = all?.start ?? total.records + total.gaps;
  const sources = data.sources.filter(source => source.records || source.documents);
  return [
    h("p", {class: "lead"}, data.recipe.about ? [bdi(data.recipe.about), ". "] : null,
      h("b", {}, plural(total.kept[0], "document")), ` with ${plural(total.kept[1], "character")} were kept: `, h("b", {}, share(total.kept[0], start)),
      ` of the ${plural(total.records, "record")}${total.gaps ? ` and ${plural(total.gaps, "gap")}` : ""} read from ${plural(total.files, "file")} (${bytes(total.bytes)}) of ${plural(sources.length, "source")}.`),
    h("div", {class: "tiles"}, [
      ["documents kept", short(total.kept[0]), `${share(total.kept[0], start)} of what was read`],
      ["characters kept", short(total.kept[1]), total.kept[0] ? `${count(Math.round(total.kept[1] / total.kept[0]))} a document` : ""],
      total.tokens ? ["tokens kept", short(total.tokens.kept), plain(total.tokens.tokenizer)] : null,
      ["dropped by rules", short(dropsOf(all, stage => stage.kind === "step" || stage.kind === "measure")), share(dropsOf(all, stage => stage.kind === "step" || stage.kind === "measure"), start)],
      ["dropped as copies", short(dropsOf(all, stage => stage.kind === "dedup")), share(dropsOf(all, stage => stage.kind === "dedup"), start)],
      ["not read or without text", short(dropsOf(all, stage => ["gaps", "read", "extract"].includes(stage.kind))), share(dropsOf(all, stage => ["gaps", "read", "extract"].includes(stage.kind)), start)],
    ].filter(Boolean).map(([name, figure, remark]) => h("div", {class: "tile"}, h("em", {}, name), h("b", {}, figure), h("span", {class: "quiet"}, remark)))),
    h("h3", {}, "What looks wrong"),
    data.anomalies.length ? paged(data.anomalies, each => anomaly(report, each), 6, "ul", {class: "plain anomalies"}) : h("p", {}, "Nothing that this report looks for: no rule without effect or with too much, no domain past 1 %, no source or language that lost most."),
    h("h3", {}, "What cost most"),
    h("div", {class: "costly"}, costliest(data).map(each => costly(report, each, start))),
    data.notes ? [h("h3", {}, "Notes of those who made it"), h("div", {class: "card notes", dir: "auto"}, bdi(data.notes))] : null,
  ];
}

function anomaly(report, each) {
  const [sign, word] = SEVERITY[each.severity] ?? SEVERITY[1];
  const link = each.link ? h("button", {type: "button", class: "link", on: {click: () => report.go(report.linkOf(each.link))}}, "look") : null;
  return h("li", {class: `anomaly severity-${each.severity}`}, h("span", {class: "sign"}, h("span", {"aria-hidden": "true"}, sign), ` ${word}`), h("span", {}, ruleName(each.text), " ", link));
}

const funnelOf = (data, source) => data.funnels.find(funnel => funnel.source === source);
const dropsOf = (funnel, of) => (funnel?.stages ?? []).filter(of).reduce((sum, stage) => sum + stage.dropped[0], 0);

/** The rules of all stages that dropped most documents: {name, stage, documents, rule}. */
function costliest(data, most = 3) {
  const found = (funnelOf(data, null)?.stages ?? []).flatMap(stage => stage.rules.map(([name, documents]) => ({name, stage, documents, rule: data.rules.find(rule => rule.rule === name)})));
  return found.filter(each => each.documents).sort((a, b) => b.documents - a.documents).slice(0, most);
}

function costly(report, {name, stage, documents, rule}, start) {
  const {data} = report;
  const close = rule ? rule.near ? [...new Set([...rule.near.min?.dropped ?? [], ...rule.near.max?.dropped ?? []])] : [] : [];
  const others = data.documents.flatMap((each, at) => each.rule === name && each.table !== "corpus" && !close.includes(at) ? [at] : []);
  const target = rule ? `rule=${encoded(name)}` : stage.kind === "dedup" ? "duplicates" : `samples&rule=${encoded(name)}`;
  return h("article", {class: "card"},
    h("h4", {}, ruleName(name)),
    h("p", {}, h("b", {}, plural(documents, "document")), ` · ${share(documents, start)} of what was read`,
      rule ? h("span", {class: "quiet"}, ` · ${count(rule.alone)} that no other rule would have dropped`) : null),
    rule?.about ? h("p", {class: "quiet"}, bdi(rule.about)) : null,
    h("p", {class: "quiet"}, close.length ? "Nearest the limit, so most likely wrong:" : "Chosen by hash:"),
    documentList(report, [...close, ...others], rule, 3),
    h("p", {}, h("button", {type: "button", class: "link", on: {click: () => report.go(target)}}, rule ? "Its values, and what another limit would do" : stage.kind === "dedup" ? "Duplicates" : "All samples of it")));
}
