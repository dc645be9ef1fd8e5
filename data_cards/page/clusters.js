"use strict";
// Documents that are alike: how many went, how alike the pairs were, and clusters with what differs in them.

function duplicates(report) {
  const {data} = report, found = data.duplicates, lost = Object.entries(found.lost ?? {}).sort((a, b) => b[1] - a[1]);
  const compared = found.compared ?? [], all = compared.reduce((sum, many) => sum + many, 0), {probed} = found;
  return [
    h("p", {}, found.clusters ? `${plural(found.documents_in_clusters, "document")} stand in ${plural(found.clusters, "cluster")} of documents that are alike; the largest has ${count(found.largest)}. ${plural(found.exact_copies, "document")} were dropped for a text that another has to the letter.` : "No two documents were found to be alike."),
    found.limit !== null && found.limit !== undefined ? h("p", {class: "quiet"}, `Alike are documents with a ${plain(found.measure)} similarity of at least ${measured(found.limit)}. ${found.skipped_pairs ? `At most ${plural(found.skipped_pairs, "pair")} were not compared.` : "Every candidate pair was compared."}`,
      probed && probed.alike ? ` Of ${plural(probed.alike, "pair")} that are alike by a probe without bands, the bands found ${count(probed.alike_met)} (${share(probed.alike_met, probed.alike)}).` : "") : null,
    all ? [h("h3", {}, "How alike the compared pairs were"), h("p", {class: "quiet"}, "Comparisons by the similarity found; those at and past the limit are alike."),
      table("Comparisons by similarity", ["similarity", {text: h("span", {class: "unseen"}, "bar"), left: true}, "comparisons"], compared.map((many, at) => [many, at]).filter(([many]) => many)
        .map(([many, at]) => [`${measured(at / compared.length)} to ${measured((at + 1) / compared.length)}`, bar([[found.limit && (at + 1) / compared.length > found.limit ? "alone" : "left", Math.log10(1 + many)]], Math.log10(1 + Math.max(...compared))), count(many)]), {class: "bars"})] : null,
    lost.length ? [h("h3", {}, "Who lost documents as copies"), table("Losses as copies, by source", ["source", "dropped as copies", "of its documents"], lost.map(([source, many]) => [bdi(source), count(many), share(many, data.sources.find(each => each.name === source)?.documents)]))] : null,
    found.domains?.length ? [h("h3", {}, "Domains that lost more than half"), table("Domains that lost more than half as copies", ["domain", "documents", "dropped as copies"], found.domains.map(([domain, documents, dropped]) => [bdi(domain), count(documents), count(dropped)])),
      found.more_domains ? h("p", {class: "quiet"}, `and ${plural(found.more_domains, "more domain")}`) : null] : null,
    data.clusters.length ? [h("h3", {}, "Clusters"), h("p", {class: "quiet"}, "The largest, and some chosen by hash. The kept document is set against each of the others."), paged(data.clusters, (each, at) => cluster(report, each), 10, "div", {class: "clusters"})] : null,
  ];
}

function cluster(report, each) {
  const body = h("div", {}), node = h("details", {class: "card", dataset: {cluster: each.id}}, h("summary", {}, h("b", {}, plural(each.size, "document")), " ", bdi(brief(each.title || each.url || each.id, 100)),
    h("span", {class: "quiet"}, ` · ${[each.exact ? `${count(each.exact)} the same to the letter` : "", each.near ? `${count(each.near)} nearly` : "", ...Object.entries(each.sources ?? {}).map(([source, many]) => `${plain(source)} ${count(many)}`)].filter(Boolean).join(" · ")}`)), body);
  node.addEventListener("toggle", () => {
    if (!body.children.length) body.append(documentList(report, each.members, null, 4), ...(each.diffs ?? []).map(diff => difference(report, diff)));
  });
  return node;
}

function difference(report, {of, pieces: found}) {
  const other = report.data.documents[of], same = found.every(([kind]) => kind === "=");
  return h("div", {class: "diff"}, h("h4", {}, "The kept one against ", bdi(brief(other?.title || other?.url || other?.id || "another", 80))),
    same ? h("p", {class: "quiet"}, "Their texts are the same to the letter.") : [
      h("p", {class: "quiet"}, h("del", {}, "only in the kept one"), " ", h("ins", {}, "only in the other")),
      h("div", {class: "text", dir: "auto", tabindex: 0, role: "region", "aria-label": "What differs"}, found.map(([kind, text]) => kind === "=" ? h("span", {class: "same"}, shown(folded(text))) : h(kind === "-" ? "del" : "ins", {}, shown(text))))]);
}

/** A long stretch that is the same, without its middle. */
function folded(text) {
  const points = Array.from(text);
  return points.length > 260 ? `${points.slice(0, 120).join("")} … ${count(points.length - 240)} characters … ${points.slice(-120).join("")}` : text;
}
