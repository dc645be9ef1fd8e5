"use strict";
// From records to what was kept, step by step, of all sources or one.

const KINDS = {gaps: "damage in which no record can be told apart", read: "records of which no document can be read", extract: "without a text, or past a cap",
  step: "", edit: "edits, drops nothing by itself", measure: "could not be measured", dedup: "copies of a document that was kept", passages: "little but passages that others have"};

function funnel(report) {
  const {data} = report, place = h("div", {});
  let source = null, unit = 0, whole = false;
  const draw = () => place.replaceChildren(...stages(report, funnelOf(data, source), unit, whole, to => { whole = to; draw(); }));
  const names = data.funnels.map(each => each.source);
  draw();
  return [
    h("p", {class: "quiet"}, "Each bar is as long as what came to the step; its hatched end is what the step dropped. A document counts at the first rule that it broke."),
    h("div", {class: "tools"}, names.length > 2 ? select("Source", names.map(name => [name, name ?? "all sources"]), null, picked => { source = picked; draw(); }) : null,
      choice("Counted in", [[0, "documents"], [1, "characters"], ...(data.total.tokens ? [[2, "tokens"]] : [])], 0, picked => { unit = picked; draw(); })),
    place,
  ];
}

function stages(report, funnel, unit, whole, toggle) {
  if (!funnel) return [h("p", {}, "Nothing was read.")];
  const word = ["documents", "characters", "tokens"][unit];
  const first = unit ? Math.max(0, ...funnel.stages.map(stage => (stage.left[unit] ?? 0) + (stage.dropped[unit] ?? 0))) : funnel.documents[0];
  const shownStages = funnel.stages.filter(stage => whole || stage.dropped[0]), hidden = funnel.stages.length - funnel.stages.filter(stage => stage.dropped[0]).length;
  const last = funnel.stages.at(-1)?.left ?? funnel.documents;
  // Before there is a text there are no characters to count.
  const known = stage => !unit || stage.left[1] > 0 || stage.dropped[1] > 0;
  // Tokens of texts that a build does not hold are not known.
  const figure = value => value === null ? "?" : count(value);
  const rows = shownStages.map(stage => {
    const left = stage.left[unit] ?? 0, dropped = stage.dropped[unit] ?? 0;
    return h("tr", {}, h("th", {scope: "row", class: "left"}, stageName(report, stage)),
      h("td", {class: "bar-cell"}, !known(stage) ? h("span", {class: "quiet"}, "no text yet") : stage.left[unit] === null ? h("span", {class: "quiet"}, "counts texts that this build does not hold") : bar([["left", left], ["gone", dropped]], first)),
      h("td", {}, known(stage) ? figure(stage.dropped[unit]) : "–"), h("td", {}, known(stage) && stage.dropped[unit] !== null && stage.left[unit] !== null ? share(dropped, left + dropped) : "–"), h("td", {}, known(stage) ? figure(stage.left[unit]) : "–"));
  });
  return [
    h("div", {class: "scroll", tabindex: 0, role: "group", "aria-label": "Funnel"}, h("table", {class: "funnel"}, h("caption", {class: "unseen"}, `From records to kept documents, in ${word}`),
      h("thead", {}, h("tr", {}, h("th", {scope: "col", class: "left"}, "step"), h("th", {scope: "col", class: "bar-cell"}, h("span", {class: "unseen"}, "bar")), h("th", {scope: "col"}, "dropped"), h("th", {scope: "col"}, "of those before"), h("th", {scope: "col"}, "left"))),
      h("tbody", {}, unit ? null : h("tr", {}, h("th", {scope: "row", class: "left"}, first > funnel.start ? `documents of ${plural(funnel.start, "record or gap", "records and gaps")}` : "records and gaps"), h("td", {class: "bar-cell"}, bar([["left", first]], first)), h("td"), h("td"), h("td", {}, count(first))),
        rows, h("tr", {class: "sum"}, h("th", {scope: "row", class: "left"}, "kept"), h("td", {class: "bar-cell"}, bar([["kept", last[unit] ?? 0]], first)), h("td"), h("td", {}, `${share(last[unit] ?? 0, first)} of all`), h("td", {}, count(last[unit] ?? 0)))))),
    hidden ? h("button", {type: "button", class: "more", on: {click: () => toggle(!whole)}}, whole ? `Hide ${plural(hidden, "step")} that dropped nothing` : `Show ${plural(hidden, "step")} that dropped nothing`) : null,
  ].filter(Boolean);
}

function stageName(report, stage) {
  const about = KINDS[stage.kind] || (stage.use && stage.use !== stage.name ? `uses ${stage.use}` : "");
  const name = h("span", {}, ruleName(stage.name), about && stage.dropped[0] ? h("span", {class: "quiet"}, ` ${plain(about)}`) : null);
  const rules = stage.rules.filter(([, documents]) => documents);
  if (!rules.length) return name;
  const top = [...rules].sort((a, b) => b[1] - a[1]);
  return h("details", {}, h("summary", {}, name), h("ul", {class: "plain indented"}, top.map(([rule, documents]) => h("li", {}, report.ruleButton(rule), ` ${count(documents)}`))));
}

/** Parts of one line, each a kind and a number; told apart by pattern as well as by colour. */
function bar(parts, whole) {
  return h("span", {class: "bar", "aria-hidden": "true"}, parts.filter(([, many]) => many > 0).map(([kind, many]) =>
    h("i", {class: kind, style: {width: `${whole ? Math.max(100 * many / whole, 0.15) : 0}%`}})));
}
