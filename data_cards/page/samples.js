"use strict";
// Search over the sampled documents.

function samples(report) {
  const {data} = report, told = h("p", {role: "status", class: "quiet"}), place = h("div", {});
  const filters = {words: "", fate: null, source: null, language: null, rule: null};
  const haystack = each => each.haystack ??= [each.text, each.url, each.title, each.rule, each.source, each.language, each.id, ...each.failed ?? []].filter(Boolean).join("\n").toLowerCase();
  const draw = () => {
    const words = filters.words.toLowerCase().split(/\s+/).filter(Boolean);
    const found = data.documents.flatMap((each, at) =>
      (!filters.fate || (filters.fate === "kept") === (each.table === "corpus")) && (!filters.source || each.source === filters.source) &&
      (!filters.language || each.language === filters.language) && (!filters.rule || each.rule === filters.rule) && words.every(word => haystack(each).includes(word)) ? [at] : []);
    told.textContent = `${plural(found.length, "document")} of ${count(data.documents.length)} sampled`;
    place.replaceChildren(paged(found, at => hit(report, at, words), 20, "ul", {class: "plain documents wide"}));
  };
  let timer;
  const find = h("input", {type: "search", id: "search", placeholder: "Words in text, title, address, rule", on: {
    input: () => { clearTimeout(timer); timer = setTimeout(() => { filters.words = find.value; draw(); }, 120); },
    keydown: event => { if (event.key === "Enter") { clearTimeout(timer); filters.words = find.value; draw(); place.querySelector("button")?.focus(); } },
  }});
  const values = name => [...new Set(data.documents.map(each => each[name]).filter(Boolean))].sort();
  const fields = {};
  for (const [name, label, options] of [["fate", "Fate", ["kept", "dropped"]], ["source", "Source", values("source")], ["language", "Language", values("language")], ["rule", "Dropped by", values("rule")]]) {
    fields[name] = {options, node: select(label, [[null, "any"], ...options.map(option => [option, option])], null, picked => { filters[name] = picked; draw(); })};
  }
  report.search = wanted => {
    Object.assign(filters, {words: "", fate: null, source: null, language: null, rule: null}, wanted);
    for (const [name, {options}] of Object.entries(fields)) { // what no field offers is a word to search for
      if (filters[name] && !options.includes(filters[name])) { filters.words = `${filters.words} ${filters[name]}`.trim(); filters[name] = null; }
    }
    find.value = filters.words;
    for (const [name, {options, node}] of Object.entries(fields)) node.querySelector("select").selectedIndex = filters[name] === null ? 0 : options.indexOf(filters[name]) + 1;
    draw();
  };
  lazily(place, draw);
  told.textContent = plural(data.documents.length, "document");
  return [
    h("p", {class: "quiet"}, "Documents chosen by hash: of every rule, every range of values, every source; and those nearest each limit. Not a share of the corpus: rare cases are here as often as common ones."),
    h("div", {class: "tools", role: "search"}, h("label", {class: "field grow"}, h("span", {}, "Search"), find), Object.values(fields).map(({node}) => node)),
    told, place,
  ];
}

/** A document that was found, with the place in its text where a word stands. */
function hit(report, at, words) {
  const item = documentItem(report, at), each = report.data.documents[at], lower = each.text?.toLowerCase() ?? "";
  const word = words.find(word => lower.includes(word));
  if (!word || lower.length !== each.text.length) return item;
  const start = lower.indexOf(word), from = Math.max(0, start - 60);
  const before = each.text.slice(from, start).replace(/^[\udc00-\udfff]/, ""), after = each.text.slice(start + word.length, start + word.length + 110).replace(/[\ud800-\udbff]$/, "");
  item.querySelector(".snippet").replaceChildren(h("bdi", {}, from ? "… " : "", shown(before.replace(/\s+/g, " ")), h("mark", {}, shown(each.text.slice(start, start + word.length))), shown(after.replace(/\s+/g, " ")), " …"));
  return item;
}
