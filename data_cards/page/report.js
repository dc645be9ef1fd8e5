"use strict";
// The report: its sections, and the way from one to another by address and keys.

const SECTIONS = [
  ["overview", "At a glance", overview], ["funnel", "From records to corpus", funnel], ["rules", "Rules", rules], ["overlaps", "Rules that overlap", overlaps],
  ["samples", "Samples", samples], ["duplicates", "Duplicates", duplicates],
  ...FACTS.map(([id, name, title]) => [id, title, report => fact(report, name, name === "language" ? languageLosses : undefined)]),
  ["lengths", "Lengths", lengths], ["changes", "What was changed", changes], ["made", "Sources and making", made],
];

class Report {
  constructor(data) {
    this.data = data;
    this.view = new DocumentView(data, to => this.go(to));
    this.view.closed = () => { if (/^#doc=/.test(location.hash)) history.replaceState(null, "", this.back ?? "#samples"); };
  }

  draw() {
    frame(this.data.title, SECTIONS.map(([id, title, make]) => [id, title, () => make(this)]));
    this.follow();
    addEventListener("hashchange", () => this.follow());
  }

  /** Goes to a section, `rule=NAME`, `doc=ID` or `cluster=ID`; `at` is the document that is meant where ids repeat. */
  go(to, at) {
    if (/^doc=/.test(to)) {
      if (!/^#doc=/.test(location.hash)) this.back = location.hash || "#overview";
      this.meant = at;
    }
    if (location.hash === `#${to}`) this.follow();
    else location.hash = to;
  }

  /** What the address names is shown. */
  follow() {
    const [first, ...more] = location.hash.slice(1).split("&").map(part => part.split("=").map(word => { try { return decodeURIComponent(word); } catch { return word; } }));
    const [kind, name] = first, {data} = this;
    if (kind !== "doc" && this.view.dialog.open) this.view.dialog.close();
    if (kind === "rule") return this.rule(name);
    if (kind === "doc") {
      const at = this.meant !== undefined && encoded(data.documents[this.meant].id) === encoded(name) ? this.meant : data.documents.findIndex(each => encoded(each.id) === encoded(name));
      return at < 0 ? this.sampled({words: String(name)}) : this.view.open(at);
    }
    if (kind === "cluster") return this.cluster(name);
    const section = SECTIONS.some(([id]) => id === kind) ? document.getElementById(kind) : null;
    if (!section) return undefined;
    this.fill(section);
    if (kind === "samples" && more.length) this.search(Object.fromEntries(more.filter(([key]) => ["words", "fate", "source", "language", "rule"].includes(key))));
    reveal(section);
    return undefined;
  }

  fill(section) {
    drawNow(section);
    return section;
  }

  rule(name) {
    const rule = this.data.rules.find(each => encoded(each.rule) === encoded(name));
    this.fill(document.getElementById("rules"));
    if (rule) this.showRule(rule);
    else this.sampled({rule: name});
  }

  /** What the address names has no place of its own: a search says what was sampled of it. */
  sampled(wanted) {
    if (this.view.dialog.open) this.view.dialog.close();
    const section = this.fill(document.getElementById("samples"));
    this.search(wanted);
    reveal(section);
  }

  cluster(id) {
    const section = this.fill(document.getElementById("duplicates")), found = () => [...section.querySelectorAll("details[data-cluster]")].find(node => node.dataset.cluster === id);
    while (!found() && section.querySelector(".clusters + .more:not([hidden])")) section.querySelector(".clusters + .more").click();
    if (found()) { found().open = true; reveal(found()); }
    else this.sampled({words: String(id)});
  }

  /** Anomalies name a section, or `rule:NAME`. */
  linkOf(link) {
    return link.startsWith("rule:") ? `rule=${encoded(link.slice(5))}` : link;
  }

  ruleButton(name) {
    return h("button", {type: "button", class: "link", on: {click: () => this.go(`rule=${encoded(name)}`)}}, ruleName(name));
  }
}

function keys(report) {
  const search = () => { report.go("samples"); document.getElementById("search")?.focus(); };
  document.getElementById("find").addEventListener("click", search);
  addEventListener("keydown", event => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea, dialog")) return;
    event.preventDefault();
    search();
  });
}

let report;

(async () => {
  theme();
  try {
    const data = await unpacked();
    if (data.kind === "comparison") comparison(data);
    else {
      report = new Report(data);
      report.draw();
      keys(report);
    }
    menu();
    printing();
    marksSection();
  } catch (error) {
    document.getElementById("main").replaceChildren(h("p", {class: "warn"}, `The report could not be opened: ${error}`));
    throw error;
  } finally {
    document.documentElement.dataset.ready = "true";
  }
})();
