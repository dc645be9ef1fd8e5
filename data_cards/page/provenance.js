"use strict";
// What was changed in the texts, who asked to be left out, and how the corpus was made.

function changes(report) {
  const {data} = report, {edits, personal, passages, opt_outs: asked} = data;
  const edited = data.edited ?? data.documents.flatMap((each, at) => each.before?.length ? [at] : []);
  return [
    edits.length ? table("What steps changed", ["step", {text: "what", left: true}, "times"], edits.map(each => [bdi(each.step), bdi(each.what), count(each.times)])) : h("p", {}, "No step changed a text."),
    personal.length ? [h("h3", {}, "Personal data that was masked"), table("Personal data that was masked", ["step", {text: "what", left: true}, "times"], personal.map(each => [bdi(each.step), bdi(each.what), count(each.times)]))] : null,
    passages ? [h("h3", {}, "Passages that several documents have"), h("p", {}, `${plural(passages.documents, "document")} lost ${plural(passages.characters, "character")} of such passages and stayed.`),
      Object.keys(passages.pieces ?? {}).length ? table("Passages cut, by kind", ["kind", "pieces"], Object.entries(passages.pieces).map(([kind, many]) => [bdi(kind), count(many)])) : null] : null,
    asked?.length ? [h("h3", {}, "Sites that ask not to be used"), table("Opt-outs", ["what was asked", "documents of which it is known", "that ask", "of these kept"], asked.map(each => [bdi(each.rule), count(each.known), count(each.asked), count(each.kept)]))] : null,
    edited.length ? [h("h3", {}, "Documents before and after"), documentList(report, edited, null, 6)] : null,
  ];
}

function made(report) {
  const {data} = report;
  return [
    table("Sources", ["source", {text: "kind", left: true}, {text: "licence", left: true}, {text: "made by a model", left: true}, "files", "records", "documents", "kept", "of these", "copies"],
      data.sources.map(each => [bdi(each.name), bdi(each.kind), each.license ? bdi(each.license) : "not known", each.synthetic ? "yes" : "no", count(each.files), count(each.records), count(each.documents), count(each.kept[0]), share(each.kept[0], each.documents), count(each.duplicates)])),
    Object.keys(data.total.other_records ?? {}).length ? h("p", {class: "quiet"}, "Records of other types carry no document: ", Object.entries(data.total.other_records).map(([type, many]) => `${count(many)} ${plain(type)}`).join(", "), ".") : null,
    data.against.length ? [h("h3", {}, "Earlier builds that it was set against"), table("Earlier builds", ["build", "compared", "dropped for it"], data.against.map(each => [bdi(each.identity), count(each.compared), count(each.dropped)]))] : null,
    data.forgotten ? h("p", {}, `Removed on request since it was made: ${plural(data.forgotten.records, "record")} with ${plural(data.forgotten.documents[0], "document")}. All that is told here is told of what is left.`) : null,
    h("h3", {}, "How it was made"),
    h("dl", {class: "facts"}, [["recipe", data.recipe.name], ["recipe's digest", data.recipe.sha256], ["build", data.identity]].map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, bdi(value))))),
    h("details", {}, h("summary", {}, "Versions of what made it"), table("Versions", ["library", {text: "version", left: true}], Object.entries(data.versions).map(([name, version]) => [bdi(name), bdi(String(version))]))),
  ];
}
