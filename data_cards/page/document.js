"use strict";
// One document: why it was kept or dropped, every measure with its limit, and its text.

class DocumentView {
  constructor(data, go) {
    this.data = data;
    this.go = go;
    this.dialog = document.getElementById("document");
    this.dialog.addEventListener("close", () => { this.shownAt = null; this.closed?.(); });
    this.dialog.addEventListener("click", event => { if (event.target === this.dialog) this.dialog.close(); });
  }

  open(at) {
    const each = this.data.documents[at];
    if (!each || this.shownAt === at) return;
    this.shownAt = at;
    this.each = each;
    this.picked = undefined;
    this.dialog.replaceChildren(this.head(), this.facts(), this.body());
    this.dialog.scrollTop = 0;
    if (!this.dialog.open) this.dialog.showModal();
    const own = this.ruleRows.find(row => row.rule.rule === each.rule && row.many) ?? this.ruleRows.find(row => row.failed && row.many);
    if (own) this.pick(own.index, false);
  }

  head() {
    const {each} = this;
    return h("header", {}, h("div", {},
      h("h2", {id: "document-title"}, each.title ? bdi(brief(each.title, 240)) : each.text ? bdi(brief(each.text, 80)) : "A document without text"),
      h("p", {}, address(each.url))),
    h("button", {type: "button", class: "close", "aria-label": "Close", on: {click: () => this.dialog.close()}}, "✕"));
  }

  facts() {
    const {each} = this, known = [
      ["source", each.source], ["language", each.language], ["published", each.date], ["captured", each.captured], ["licence", each.license],
      ["characters", count(each.characters)], ["id", each.id],
    ].filter(([, value]) => value !== null && value !== undefined && value !== "");
    const cluster = this.data.clusters.findIndex(of => of.id === each.cluster);
    return h("div", {class: "about"},
      h("p", {}, fateChip(each), each.rule ? [" by ", this.ruleLink(each.rule), each.value !== null && each.value !== undefined ?
        `: ${measured(each.value)}${each.limit !== null && each.limit !== undefined ? `, the limit is ${measured(each.limit)}` : ""}` : ""] : null,
      each.failed?.length > 1 ? h("span", {class: "quiet"}, ` · broke ${each.failed.length} rules in all`) : null),
      h("dl", {class: "facts"}, known.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, bdi(value))))),
      each.detail ? h("p", {class: "quiet"}, this.detail(each)) : null,
      each.cluster_size > 1 ? h("p", {class: "quiet"}, `One of ${plural(each.cluster_size, "document")} that are alike. `,
        cluster >= 0 ? h("button", {type: "button", class: "link", on: {click: () => { this.dialog.close(); this.go(`cluster=${this.data.clusters[cluster].id}`); }}}, "See the cluster") : null) : null);
  }

  /** Of a copy the detail is the id of what was kept in its place. */
  detail({detail, stage}) {
    if (stage !== "dedup") return ["Detail: ", bdi(detail)];
    const kept = this.data.documents.some(other => other.id === detail);
    return ["Kept in its place: ", kept ? h("button", {type: "button", class: "link", on: {click: () => this.go(`doc=${encoded(detail)}`)}}, bdi(detail)) : code(detail)];
  }

  ruleLink(name) {
    const known = this.data.rules.some(rule => rule.rule === name);
    return known ? h("button", {type: "button", class: "link", on: {click: () => { this.dialog.close(); this.go(`rule=${encoded(name)}`); }}}, ruleName(name)) : code(name);
  }

  body() {
    const {each, data} = this, spans = new Map();
    for (const [rule] of each.spans) spans.set(rule, (spans.get(rule) ?? 0) + 1);
    const failed = new Set(each.failed);
    this.ruleRows = each.measures.map(([index, value]) => ({index, value, rule: data.rules[index], many: spans.get(index) ?? 0, failed: failed.has(data.rules[index]?.rule)}))
      .filter(row => row.rule);
    this.ruleRows.sort((a, b) => (b.rule.rule === each.rule) - (a.rule.rule === each.rule) || b.failed - a.failed || (b.many > 0) - (a.many > 0) || a.index - b.index);
    this.textPlace = h("div", {});
    this.drawText(false);
    return h("div", {class: "reading"}, h("div", {class: "measures"}, this.measures()),
      h("div", {class: "page"}, each.before?.length ? choice("Editing", [[false, "after editing"], [true, "as extracted"]], false, before => this.drawText(before)) : null, this.textPlace));
  }

  drawText(before) {
    this.textPlace.replaceChildren(...this.each.note ? [h("p", {class: "quiet"}, bdi(this.each.note))] : [], markedText(this.each, before, rules => this.pick(rules[0], false)));
    if (this.picked !== undefined && !before) this.pick(this.picked, false);
  }

  measures() {
    if (!this.ruleRows.length) return h("p", {class: "quiet"}, "Nothing was measured of it.");
    const first = this.ruleRows.filter(row => row.failed || row.many), rest = this.ruleRows.filter(row => !row.failed && !row.many);
    const list = (label, rows) => h("ul", {class: "plain", "aria-label": label}, rows.map(row => this.measure(row)));
    return [first.length ? list("Measures that it broke or that have places in the text", first) : null,
      rest.length ? h("details", {open: !first.length}, h("summary", {}, plural(rest.length, first.length ? "other measure" : "measure")), list("Other measures", rest)) : null];
  }

  measure(row) {
    const {min, max} = limitsFor(row.rule, this.each.language);
    const limit = [min !== null ? `at least ${measured(min)}` : null, max !== null ? `at most ${measured(max)}` : null].filter(Boolean).join(", ") || "no limit";
    const beyond = this.each.beyond?.find(([index]) => index === row.index)?.[1];
    row.where = h("span", {class: "quiet"});
    row.node = h("li", {class: `measure ${row.failed ? "failed" : ""}`, dataset: {rule: row.index}},
      h("div", {}, h("b", {class: "sign"}, row.failed ? "✕ broke " : ""), this.ruleLink(row.rule.rule)),
      h("div", {class: "quiet"}, h("b", {}, measured(row.value)), ` · ${limit}`),
      row.many ? h("div", {class: "steps"}, h("button", {type: "button", class: "small", "aria-label": `${plural(row.many, "place")} of ${plain(row.rule.rule)}`, on: {click: () => this.pick(row.index, true)}}, plural(row.many, "place")),
        h("button", {type: "button", class: "small", "aria-label": "Previous place", on: {click: () => this.step(row.index, -1)}}, "↑"),
        h("button", {type: "button", class: "small", "aria-label": "Next place", on: {click: () => this.step(row.index, 1)}}, "↓"), row.where) : null,
      beyond ? h("div", {class: "quiet"}, `${plural(beyond, "place")}${row.many ? " more" : ""} not shown`) : null);
    return row.node;
  }

  /** Marks a rule's spans in the text and its row among the measures. */
  pick(index, move) {
    if (this.picked !== index) this.at = -1;
    this.picked = index;
    for (const row of this.ruleRows) row.node.classList.toggle("picked", row.index === index);
    this.places = [];
    for (const mark of this.textPlace.querySelectorAll("mark")) {
      const mine = mark.dataset.rules.split(" ").includes(String(index));
      mark.classList.toggle("picked", mine);
      mark.classList.remove("here");
      if (mine && mark.dataset.begins.split(" ").includes(String(index))) this.places.push(mark);
    }
    if (move) this.step(index, 1);
    else this.ruleRows.find(row => row.index === index)?.node.scrollIntoView({block: "nearest"});
  }

  step(index, by) {
    if (this.picked !== index) this.pick(index, false);
    if (!this.places.length) return say("These places are in the part of the text that is not shown.");
    this.places[this.at]?.classList.remove("here");
    this.at = this.at < 0 && by < 0 ? this.places.length - 1 : (this.at + by + this.places.length) % this.places.length;
    const here = this.places[this.at], row = this.ruleRows.find(row => row.index === index);
    here.classList.add("here");
    here.scrollIntoView({block: "center"});
    row.where.textContent = `${this.at + 1} of ${this.places.length}`;
    say(`Place ${this.at + 1} of ${this.places.length}: ${brief(here.textContent, 80)}`);
  }
}

/** The limits by which a document in a language was judged. */
function limitsFor(rule, language) {
  const own = rule.groups.find(group => language && group.languages.includes(language));
  return own ? {min: own.min ?? null, max: own.max ?? null} : {min: rule.min ?? null, max: rule.max ?? null};
}

const fateChip = each => each.table === "corpus" ? h("span", {class: "chip kept"}, "✓ kept") : h("span", {class: "chip dropped"}, "✕ dropped");

/** encodeURIComponent refuses half of a pair of surrogates. */
const encoded = name => encodeURIComponent(String(name).replace(/\p{Cs}/gu, "\ufffd"));

/** A document in a list: what it says, or why it says nothing, where it is from, its fate; `value` is told beside it. */
function documentItem(report, at, value, without) {
  const each = report.data.documents[at];
  if (!each.text) value ??= each.value;
  const host = (() => { try { return new URL(each.url).host; } catch { return ""; } })();
  return h("li", {class: "document"}, h("button", {type: "button", dataset: {document: at}, on: {click: () => report.go(`doc=${encoded(each.id)}`, at)}},
    h("span", {class: "line"}, fateChip(each), value !== undefined && value !== null ? h("b", {class: "value"}, measured(value)) : null, h("span", {class: "title"}, bdi(brief(each.title || (each.text && host) || each.url || each.id, 120)))),
    h("span", {class: "snippet", dir: "auto"}, each.text ? bdi(brief(each.text, 180)) : ["no text", each.detail ? [": ", bdi(brief(each.detail, 120))] : null]),
    h("span", {class: "quiet"}, bdi([host, each.source, each.language, plural(each.characters, "character")].filter(Boolean).map(plain).join(" · ")), each.rule && each.rule !== without && each.table !== "corpus" ? [" · ", bdi(each.rule)] : null)));
}

function documentList(report, found, rule, step = 6) {
  const index = rule ? report.data.rules.indexOf(rule) : -1;
  return paged(found, at => documentItem(report, at, report.data.documents[at].measures.find(([of]) => of === index)?.[1], rule?.rule), step, "ul", {class: "plain documents"});
}
