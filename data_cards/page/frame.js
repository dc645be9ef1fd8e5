"use strict";
// The frame of every page: a bar, a way to each section, light and dark, and printing.

/** The bar's title, the way to each section, and the sections, drawn when they come into view: [id, title, () => nodes]. */
function frame(title, sections) {
  document.getElementById("name").replaceChildren(bdi(title));
  document.getElementById("main").replaceChildren(...sections.map(([id, name, make], at) => {
    const section = h("section", {id, "aria-labelledby": `${id}-title`}, h(at ? "h2" : "h1", {id: `${id}-title`}, at ? name : bdi(title)));
    const fill = () => section.append(...[make()].flat(Infinity).filter(Boolean));
    if (at < 2) fill();
    else lazily(section, fill);
    return section;
  }));
  document.getElementById("nav").append(h("ul", {}, sections.map(([id, name]) => h("li", {}, h("a", {href: `#${id}`}, name)))));
}

function menu() {
  const button = document.getElementById("menu"), nav = document.getElementById("nav");
  const show = open => { button.setAttribute("aria-expanded", String(open)); nav.classList.toggle("open", open); };
  button.addEventListener("click", () => show(button.getAttribute("aria-expanded") !== "true"));
  nav.addEventListener("click", event => { if (event.target.closest("a")) show(false); });
}

function theme() {
  const button = document.getElementById("theme"), root = document.documentElement;
  const dark = () => (root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const name = () => { button.textContent = dark() ? "Light" : "Dark"; };
  try { const kept = localStorage.getItem("winnow-theme"); if (kept === "dark" || kept === "light") root.dataset.theme = kept; } catch { /* a browser may forbid it */ }
  button.addEventListener("click", () => {
    root.dataset.theme = dark() ? "light" : "dark";
    try { localStorage.setItem("winnow-theme", root.dataset.theme); } catch { /* as above */ }
    name();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", name);
  name();
}

/** On paper all is drawn and open. */
function printing() {
  const all = () => {
    const opened = new Set();
    do {
      for (const node of [...waiting.keys()]) drawNow(node);
      for (const node of document.querySelectorAll("main details")) {
        if (opened.has(node)) continue;
        opened.add(node);
        node.open = true;
        node.dispatchEvent(new Event("toggle"));
      }
    } while (waiting.size);
  };
  addEventListener("beforeprint", all);
  matchMedia("print").addEventListener("change", event => { if (event.matches) all(); });
}

function marksSection() {
  const links = new Map([...document.querySelectorAll("#nav a")].map(link => [link.getAttribute("href").slice(1), link]));
  const seen = new IntersectionObserver(entries => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      for (const link of links.values()) link.removeAttribute("aria-current");
      links.get(entry.target.id)?.setAttribute("aria-current", "true");
    }
  }, {rootMargin: "-15% 0px -80% 0px"});
  for (const section of document.querySelectorAll("main > section")) seen.observe(section);
}
