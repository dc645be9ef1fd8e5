"use strict";
// Elements and words. Text of documents, addresses and names reaches the page as text nodes only.

/** An element: `class`, `on: {event: listener}`, `style` and `dataset` as objects, all else attributes; children are nodes or text. */
function h(tag, given = {}, ...children) {
  const node = tag.startsWith("svg:") ? document.createElementNS("http://www.w3.org/2000/svg", tag.slice(4)) : document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "class") node.setAttribute("class", value);
    else if (name === "on") for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    else if (name === "style") for (const [key, of] of Object.entries(value)) node.style.setProperty(key, of);
    else if (name === "dataset") Object.assign(node.dataset, value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter(child => child !== null && child !== undefined && child !== false));
  return node;
}

const count = new Intl.NumberFormat("en").format;
const plural = (many, one, more = `${one}s`) => `${count(many)} ${many === 1 ? one : more}`;
const signed = many => many === 0 ? "±0" : `${many > 0 ? "+" : "−"}${count(Math.abs(many))}`;

/** A share in percent; small ones keep their first digit, and nothing that is there is called 0. */
function share(part, whole) {
  if (!whole) return "–";
  const percent = 100 * part / whole, size = Math.abs(percent);
  if (part && size < 0.01) return `${percent < 0 ? "−" : "<"} 0.01 %`.replace("− ", "> −");
  const digits = size >= 10 || !part ? 1 : size >= 1 ? 1 : 2;
  return `${percent.toFixed(part && Math.abs(part) !== whole && size > 99.9 ? 3 : digits).replace("-", "−")} %`;
}

/** A measured value, to four digits; whole numbers as they are. */
function measured(value) {
  if (value === null || value === undefined) return "–";
  if (typeof value !== "number") return String(value);
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return count(value).replace("-", "−");
  const size = Math.abs(value);
  const text = size >= 1e6 || size < 1e-4 ? value.toExponential(3) : new Intl.NumberFormat("en", {maximumSignificantDigits: 4}).format(value);
  return text.replace("-", "−");
}

/** A number that fits on a tile or beside an axis. */
const short = many => many < 1e6 ? count(many) : many < 1e9 ? `${(many / 1e6).toFixed(1)} M` : many < 1e12 ? `${(many / 1e9).toFixed(1)} G` : `${(many / 1e12).toFixed(1)} T`;

function bytes(many) {
  const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
  let at = 0;
  while (many >= 1024 && at < units.length - 1) { many /= 1024; at++; }
  return `${at ? many.toFixed(1) : many} ${units[at]}`;
}

const INVISIBLE = new RegExp("[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f" +
  "\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\u3164\\ufe00-\\ufe0e\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff\\p{Cs}" +
  "\\u{1d173}-\\u{1d17a}\\u{e0000}-\\u{e0fff}]|(?<![\\p{L}\\p{M}\\p{Extended_Pictographic}\\ufe0f])[\\u200c\\u200d]|[\\u200c\\u200d](?![\\p{L}\\p{M}\\p{Extended_Pictographic}])", "gu");

const pointOf = character => `U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;

/** No name, title or address is shown beyond this; a text is shown whole. */
const LONGEST = 2000;

function clipped(text, most = LONGEST) {
  const whole = String(text);
  return whole.length > most ? `${whole.slice(0, most).replace(/[\ud800-\udbff]$/, "")} … ${plural(whole.length - most, "more character")}` : whole;
}

/** Nodes of a text in which what cannot be seen, or turns the line around, is a mark with its code point. */
function shown(text) {
  const nodes = [];
  let last = 0;
  for (const found of text.matchAll(INVISIBLE)) {
    if (found.index > last) nodes.push(text.slice(last, found.index));
    nodes.push(h("span", {class: "invisible"}, pointOf(found[0])));
    last = found.index + found[0].length;
  }
  if (last < text.length) nodes.push(text.slice(last));
  return nodes;
}

/** The same for attributes and options, which hold no elements. */
const plain = text => clipped(text, 300).replace(INVISIBLE, pointOf);

/** A name or an address of the data, kept apart from what stands beside it. */
const bdi = (text, given = {}) => h("bdi", given, shown(clipped(text)));
/** A rule's name, which may break behind its dots and underscores. */
const ruleName = name => h("bdi", {}, clipped(name).split(/(?<=[._])/).flatMap((part, at) => [at ? h("wbr") : null, ...shown(part)]));
const code = text => h("code", {dir: "auto"}, bdi(text));

/** Shortened for a line; never cut within a character. */
function brief(text, most = 160) {
  const line = text.slice(0, 4 * most).replace(/\s+/g, " ").trim(), points = Array.from(line);
  return points.length > most || text.length > 4 * most ? `${points.slice(0, most).join("")}…` : line;
}

/** Says something to those who listen to the page. */
function say(text) {
  document.getElementById("said").textContent = plain(text);
}

/** A table; heads are texts or {text, left}, rows are cells (text, node or list); the first cell heads its row. */
function table(caption, heads, rows, given = {}) {
  const left = heads.map((head, at) => at === 0 || head.left ? "left" : null);
  return h("div", {class: "scroll", tabindex: 0, role: "group", "aria-label": caption}, h("table", given,
    h("caption", {class: "unseen"}, caption),
    h("thead", {}, h("tr", {}, heads.map((head, at) => h("th", {scope: "col", class: left[at]}, head.text ?? head)))),
    h("tbody", {}, rows.map(row => h("tr", {}, row.map((cell, at) => h(at ? "td" : "th", {scope: at ? null : "row", class: left[at]}, cell)))))));
}

/** A choice of few, as buttons of which one is pressed. */
function choice(label, options, chosen, picked) {
  const buttons = options.map(([value, text]) => h("button", {type: "button", "aria-pressed": String(value === chosen), on: {click: () => {
    for (const [at, button] of buttons.entries()) button.setAttribute("aria-pressed", String(options[at][0] === value));
    picked(value);
  }}}, text));
  return h("div", {class: "choice", role: "group", "aria-label": label}, buttons);
}

function select(label, options, chosen, picked) {
  const field = h("select", {on: {change: () => picked(options[field.selectedIndex][0])}},
    options.map(([value, text]) => h("option", {selected: value === chosen}, plain(text))));
  return h("label", {class: "field"}, h("span", {}, label), field);
}

const moreWords = (step, left, all) => `Show ${count(Math.min(step, left))} more (${count(all)} in all)`;

/** A list that shows `step` of its items, and more when asked. */
function paged(items, draw, step = 12, tag = "ul", given = {class: "plain"}) {
  const list = h(tag, given), more = h("button", {type: "button", class: "more"});
  let done = 0;
  const go = () => {
    const before = done;
    list.append(...items.slice(done, done + step).map(draw));
    done = Math.min(done + step, items.length);
    more.textContent = moreWords(step, items.length - done, items.length);
    more.hidden = done >= items.length;
    return before;
  };
  more.addEventListener("click", () => { const at = go(); list.children[at]?.querySelector("button, a, summary")?.focus(); });
  go();
  return items.length > step ? h("div", {}, list, more) : list;
}

/** What Plot draws says nothing by itself: the picture has a name, and what stands beside it has the figures. */
function hidden(node) {
  for (const group of node.querySelectorAll("g")) group.removeAttribute("aria-label");
  for (const child of node.children) if (child.tagName === "g") child.setAttribute("aria-hidden", "true");
}

/** Draws when it comes into view, before printing, and at once where it is asked. */
const waiting = new Map();
const watch = new IntersectionObserver(entries => {
  for (const entry of entries) if (entry.isIntersecting) drawNow(entry.target);
}, {rootMargin: "600px"});

function lazily(node, draw) {
  waiting.set(node, draw);
  watch.observe(node);
  return node;
}

function drawNow(node) {
  const draw = waiting.get(node);
  waiting.delete(node);
  watch.unobserve(node);
  draw?.(node);
}
