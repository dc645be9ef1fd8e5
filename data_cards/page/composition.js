"use strict";
// What the corpus is made of, beside what was met: who is over- and under-represented.

const FACTS = [["languages", "language", "Languages"], ["domains", "domain", "Domains"], ["tlds", "tld", "Top-level domains"],
  ["years", "year", "Dates of publication"], ["captures", "captured", "When it was captured"], ["licenses", "license", "Licences"]];

/** Of a fact: values that were met, those that were kept, and how much more or less of the corpus they are than of what was met. */
function fact(report, name, extra = () => []) {
  const of = report.data.facts[name];
  if (!of) return null;
  const place = h("div", {});
  let unit = 0;
  const draw = () => place.replaceChildren(factTable(of, name, unit));
  draw();
  return [...extra(report), h("p", {class: "quiet"}, plural(of.distinct, "value"), " among the kept documents", of.error ? `; each may have ${count(of.error)} more than told` : "", ".",
    hasMet(of) ? " Met is what had a text or an address, kept or dropped. ▲ more of the corpus than of what was met, ▼ less." : ""),
    h("div", {class: "tools"}, choice("Counted in", [[0, "documents"], [1, "characters"]], 0, picked => { unit = picked; draw(); })), place];
}

const hasMet = of => [...of.values, [null, ...of.others]].some(row => row[1]);

function factTable(of, name, unit) {
  const at = found => found?.[unit] ?? null;
  // What is not among the listed values is one of the others, and none where there are no others.
  const none = of.others.map(others => !others || !others[0] ? [0, 0] : null);
  const rows = of.values.map(([value, met, kept]) => [value, met ?? none[0], kept ?? none[1]]);
  const total = which => rows.reduce((sum, row) => sum + (at(row[which]) ?? 0), 0) + (at(of.others[which - 1]) ?? 0);
  const met = total(1), kept = total(2), byTime = name === "year" || name === "captured";
  if (byTime) rows.sort((a, b) => a[0] < b[0] ? -1 : 1);
  const most = Math.max(0, ...rows.map(row => Math.max(met ? (at(row[1]) ?? 0) / met : 0, kept ? (at(row[2]) ?? 0) / kept : 0)));
  const line = (label, given) => {
    const [was, is] = [at(given[0]), at(given[1])], ratio = was && is !== null && met && kept ? (is / kept) / (was / met) : null;
    return h("tr", {}, h("th", {scope: "row", class: "left"}, label),
      h("td", {class: "bar-cell"}, h("span", {class: "twin"}, was !== null && met ? bar([["met", was / met]], most) : null, is !== null ? bar([["kept", kept ? is / kept : 0]], most) : null)),
      met ? [h("td", {}, was === null ? "–" : count(was)), h("td", {}, is === null ? "–" : count(is)), h("td", {}, was === null || is === null ? "–" : share(is, was)), h("td", {}, was === null ? "–" : share(was, met))] : h("td", {}, is === null ? "–" : count(is)),
      h("td", {}, is === null ? "–" : share(is, kept)), met ? h("td", {}, ratio === null ? "–" : [`${ratio >= 1.1 ? "▲" : ratio <= 0.9 ? "▼" : "·"} `, `×${ratio.toFixed(2)}`]) : null);
  };
  const heads = met ? ["met", "kept", "kept of met", "of what was met", "of the corpus", "more or less"] : ["kept", "of the corpus"];
  const body = h("tbody"), step = byTime ? 60 : 12, rest = at(of.others[0]) || at(of.others[1]);
  const more = h("button", {type: "button", class: "more"});
  let done = 0;
  const go = () => {
    body.append(...rows.slice(done, done + step).map(([value, ...given]) => line(ruleName(value), given)));
    done = Math.min(done + step, rows.length);
    if (done >= rows.length && rest) body.append(line(h("span", {class: "quiet"}, "all others"), of.others));
    more.textContent = moreWords(step, rows.length - done, rows.length);
    more.hidden = done >= rows.length;
  };
  more.addEventListener("click", go);
  go();
  return h("div", {}, h("ul", {class: "legend"}, met ? h("li", {}, h("i", {class: "key met"}), " share of what was met") : null, h("li", {}, h("i", {class: "key kept"}), " share of what was kept")),
    h("div", {class: "scroll", tabindex: 0, role: "group", "aria-label": `Table of ${name}`}, h("table", {class: met ? "bars facts-table" : "bars"}, h("caption", {class: "unseen"}, `Met and kept, by ${name}`),
      h("thead", {}, h("tr", {}, h("th", {scope: "col", class: "left"}, name), h("th", {scope: "col", class: "bar-cell"}, h("span", {class: "unseen"}, "bars")), heads.map(head => h("th", {scope: "col"}, head)))), body)), more);
}

/** Which rule took most of each language. */
function languageLosses(report) {
  const {languages} = report.data;
  if (!languages.length) return [];
  const sourced = new Set(languages.map(each => each.source)).size > 1;
  return [h("h3", {}, "What each language lost most to"), paged([0], () => table("Losses by language", ["language", ...sourced ? [{text: "source", left: true}] : [], {text: "rule that dropped most", left: true}, "dropped by it", "of those met", "met", "kept", "kept of met"],
    languages.slice(0, 60).map(each => [bdi(each.language), ...sourced ? [bdi(each.source ?? "")] : [], each.rule ? report.ruleButton(each.rule) : "–", count(each.dropped), share(each.dropped, each.met), count(each.met), count(each.kept), share(each.kept, each.met)])), 1, "div", {}),
  h("h3", {}, "Met and kept")];
}

function lengths(report) {
  const plainOnes = report.data.plain.filter(each => each.groups.some(group => group.bins?.length));
  if (!plainOnes.length) return [h("p", {}, "No text was measured.")];
  return plainOnes.map(each => {
    const groups = each.groups.filter(group => group.bins.length), place = h("div", {class: "picture"}), legend = h("div", {}), words = [["kept", "kept"], ["alone", "dropped by one rule"], ["first", "dropped, broke several"], ["another", "dropped"]];
    let group = groups[0], drawn = false;
    const draw = () => {
      const {node} = histogram(group, `${plain(each.measure)}, ${plain(group.label)}`, Math.max(280, Math.min(place.clientWidth || 640, 900)), at => say(binWords(group.bins[at], at, group.bins.length)));
      place.replaceChildren(node);
      legend.replaceChildren(fateLegend(group, words), histogramTable(group, plain(each.measure)));
      drawn = true;
    };
    lazily(place, draw);
    redraws.add(() => { if (drawn) draw(); });
    return h("div", {class: "card"}, h("h3", {}, bdi(each.measure), h("span", {class: "quiet"}, " of a text, kept or dropped")), groups.length > 1 ? select("Source", groups.map(of => [of, `${of.label} (${count(of.documents)})`]), group, picked => { group = picked; draw(); }) : null, place, legend);
  });
}
