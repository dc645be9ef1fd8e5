"use strict";
// A document's text with the places that rules measured, and with what editing changed.

/** Pieces of a text between all borders: {text, rules: [index], edit}. `spans` and `edits` count in UTF-16 units. */
function pieces(text, spans, edits) {
  const borders = new Set([0, text.length]), starts = new Map(), inside = at => Math.min(at, text.length);
  const marks = [...spans.map(([rule, start, end]) => ({rule, start: inside(start), end: inside(end)})),
    ...edits.map(([start, end], edit) => ({edit, start: inside(start), end: inside(end)}))];
  for (const mark of marks) {
    borders.add(mark.start).add(mark.end);
    if (!starts.has(mark.start)) starts.set(mark.start, []);
    starts.get(mark.start).push(mark);
  }
  const found = [];
  let open = [];
  const cuts = [...borders].sort((a, b) => a - b);
  for (const [at, start] of cuts.entries()) {
    open = [...open.filter(mark => mark.end > start), ...(starts.get(start) ?? []).filter(mark => mark.end > start)];
    const gone = (starts.get(start) ?? []).filter(mark => mark.edit !== undefined && mark.end === mark.start).map(mark => mark.edit);
    if (gone.length) found.push({text: "", rules: [], gone});
    const end = cuts[at + 1];
    if (end === undefined) break;
    const edit = open.find(mark => mark.edit !== undefined)?.edit;
    found.push({text: text.slice(start, end), rules: [...new Set(open.filter(mark => mark.rule !== undefined).map(mark => mark.rule))], edit,
      begins: new Set((starts.get(start) ?? []).filter(mark => mark.rule !== undefined).map(mark => mark.rule))});
  }
  return found;
}

/** The text after editing, or as it was extracted; `picked(rules)` is called on a click on a span. */
function markedText(each, before, picked) {
  const edits = each.before ?? [], box = h("div", {class: "text", dir: "auto", tabindex: 0, role: "region", "aria-label": before ? "Text as extracted" : "Text"});
  const nodes = pieces(each.text, before ? [] : each.spans, edits).flatMap(piece => {
    if (piece.gone) return before ? piece.gone.map(at => h("del", {}, shown(edits[at][2]))) : h("span", {class: "gone", title: "Something was cut here"}, "⌀");
    if (piece.edit !== undefined && before) return h("del", {}, shown(edits[piece.edit][2]));
    const inner = shown(piece.text);
    const text = piece.edit !== undefined ? h("ins", {}, inner) : inner;
    if (!piece.rules.length) return text;
    return h("mark", {role: "button", tabindex: -1, dataset: {rules: piece.rules.join(" "), begins: [...piece.begins].join(" ")},
      on: {click: () => picked(piece.rules), keydown: event => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); picked(piece.rules); } }}}, text);
  });
  box.append(...nodes);
  if (each.cut) box.append(h("p", {class: "cut-off"}, `… ${plural(each.cut, "more character")} not shown here`));
  return box;
}

/** An address is text; a link only to the web, which learns nothing of this page. */
function address(url) {
  if (!url) return h("span", {class: "quiet"}, "no address");
  let web = false;
  try { web = /^https?:$/.test(new URL(url).protocol) && !/[\s\u0000-\u001f]/.test(url); } catch { /* no address: shown as text */ }
  return web ? h("a", {href: url, rel: "noreferrer noopener", target: "_blank", class: "address"}, bdi(url)) : h("span", {class: "address"}, bdi(url));
}
