"use strict";
// One rule's group of languages: the histogram, sliders that move the limits, what would change, and documents beside it.

const SIDES = [["min", "at least"], ["max", "at most"]];
const redraws = new Set();

function limitsView(data, rule, group, beside) {
  const now = {min: group.min ?? null, max: group.max ?? null}, limits = {...now}, cuts = exactCuts(group);
  const box = h("div", {class: "limits"}), place = h("div", {class: "picture"}), figures = h("div", {class: "figures"});
  const line = h("code", {}), fields = [];
  const sides = SIDES.filter(([side]) => now[side] !== null);
  let drawn;
  const changed = quiet => {
    drawn?.setCuts(cutsOf(now, limits, sides));
    const told = figuresOf(data, rule, group, now, limits);
    figures.replaceChildren(told.node);
    line.textContent = tomlLine(rule, group, limits);
    for (const field of fields) field.show();
    if (!quiet) say(told.words);
  };
  const draw = () => {
    drawn = histogram(group, `${plain(rule.rule)}, ${plain(group.label)}`, Math.max(280, Math.round(place.clientWidth || 640)), at => beside.bin(rule, group, at));
    place.replaceChildren(drawn.node);
    drawn.setCuts(cutsOf(now, limits, sides));
  };
  const axis = new MeasureAxis(group);
  for (const [side, words] of sides) fields.push(cutField(side, words, axis, cuts, limits, now, changed));
  box.append(h("p", {class: "on-paper"}, bdi(group.label)), place, ...fields.map(field => field.node), fateLegend(group), figures);
  if (sides.length) box.append(tomlBox(rule, line));
  box.append(histogramTable(group, plain(rule.rule)));
  lazily(place, () => {
    draw();
    let width = place.clientWidth;
    new ResizeObserver(() => { if (Math.abs(place.clientWidth - width) > 8) { width = place.clientWidth; draw(); } }).observe(place);
  });
  redraws.add(() => { if (drawn && place.isConnected) draw(); });
  changed(true);
  return box;
}

function cutsOf(now, limits, sides) {
  return sides.flatMap(([side, words]) => [
    {value: now[side], side, words: `now ${measured(now[side])}`, moved: false},
    ...limits[side] !== null && limits[side] !== now[side] ? [{value: limits[side], side, words: `${words} ${measured(limits[side])}`, moved: true}] : [],
  ]);
}

/** A slider along the picture's axis, with a field for the number. */
function cutField(side, words, axis, cuts, limits, now, changed) {
  const set = value => { limits[side] = value; changed(); };
  const step = by => {
    const at = cuts.findIndex(cut => cut >= limits[side]), exact = cuts[at] === limits[side];
    const to = at < 0 ? cuts.length - 1 : by > 0 && !exact ? at + by - 1 : at + by;
    set(cuts[Math.min(Math.max(to, 0), cuts.length - 1)]);
  };
  const keys = {ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10, Home: -Infinity, End: Infinity};
  const range = h("input", {type: "range", min: 0, max: axis.length, step: "any", "aria-label": `The limit: ${words}`, on: {
    input: () => set(nearest(cuts, axis.limit(Number(range.value), side))),
    keydown: event => {
      if (!(event.key in keys)) return;
      event.preventDefault();
      step(keys[event.key]);
    },
  }});
  const number = h("input", {type: "number", step: "any", "aria-label": `The limit in figures: ${words}`, on: {
    change: () => { if (Number.isFinite(number.valueAsNumber)) set(number.valueAsNumber); else number.value = limits[side]; },
  }});
  const back = h("button", {type: "button", on: {click: () => { set(now[side]); number.focus(); }}}, `back to ${measured(now[side])}`);
  const show = () => {
    range.value = axis.cut(limits[side], side);
    range.setAttribute("aria-valuetext", measured(limits[side]));
    if (document.activeElement !== number || number.valueAsNumber !== limits[side]) number.value = limits[side];
    back.hidden = limits[side] === now[side];
  };
  return {show, node: h("div", {class: "cut-field", dataset: {side}}, h("div", {class: "track"}, range), h("div", {class: "exact"}, h("span", {}, words), number, back))};
}

/** What the limits do now, what they would do, and the difference. */
function figuresOf(data, rule, group, now, limits) {
  const before = recount(group, now), after = recount(group, limits);
  const moved = now.min !== limits.min || now.max !== limits.max, more = after.kept - before.kept;
  const rows = [
    ["Dropped by this rule", before.decided + before.anyway, after.decided + after.anyway, "dropped"],
    ["only this cut decides", before.decided, after.decided, "decided"],
    ["fall by another rule anyway", before.anyway, after.anyway, "anyway"],
    ["beyond the cut, but another rule came first", before.failed.another, after.failed.another, "another"],
    ["Kept", before.kept, after.kept, "kept"],
  ];
  const cell = (many, name, when) => h("span", {dataset: {figure: `${name}-${when}`}}, count(many));
  const words = !moved ? `Dropped by this rule now: ${plural(before.decided + before.anyway, "document")}.` :
    `${signed(more)} ${Math.abs(more) === 1 ? "document" : "documents"} kept (${more ? `${more > 0 ? "+" : ""}${share(more, before.kept)}` : "no change"} of ${count(before.kept)} here, ${share(Math.abs(more), data.total.kept[0])} of the corpus).`;
  const node = h("div", {},
    h("p", {class: moved ? "verdict" : "quiet"}, moved ? words : sidesWords(now)),
    h("table", {class: "recount"}, h("caption", {class: "unseen"}, "Documents by this cut, now and as moved"),
      h("thead", {}, h("tr", {}, ["documents", "now", ...moved ? ["with the cut moved", "change"] : []].map((head, at) => h("th", {scope: "col", class: at ? null : "left"}, head)))),
      h("tbody", {}, rows.map(([head, was, is, name], at) => h("tr", {class: at > 0 && at < 3 ? "part" : null}, h("th", {scope: "row", class: "left"}, head), h("td", {}, cell(was, name, "now")),
        moved ? [h("td", {}, cell(is, name, "moved")), h("td", {}, signed(is - was))] : null)))),
    more > 0 ? h("p", {class: "quiet"}, "Some of those may still be copies of others, or break a rule of a later step that they did not meet.") : null,
    moved && after.unsure ? h("p", {class: "quiet"}, h("span", {dataset: {figure: "unsure"}}, `± ${count(after.unsure)}`), `: so many documents lie in one bin with the cut; at its edges, where the slider stops, the figures are exact.`) : null);
  return {node, words};
}

const sidesWords = now => now.min === null && now.max === null ? "No limit: it is measured only." :
  `Kept is what has ${SIDES.filter(([side]) => now[side] !== null).map(([side, words]) => `${words} ${measured(now[side])}`).join(" and ")}. Move the slider to see what another limit would do.`;

function tomlBox(rule, line) {
  const copy = h("button", {type: "button", on: {click: async () => {
    try { await navigator.clipboard.writeText(line.textContent); say("Copied"); copy.textContent = "copied"; } catch { getSelection().selectAllChildren(line); }
  }}}, "copy");
  return h("p", {class: "toml"}, h("span", {class: "quiet"}, "For the recipe, in the step ", code(rule.step), ": "), line, copy);
}
