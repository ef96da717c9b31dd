// Puts the parts into the page and joins them.
const graph = data.views.length ? new Graph(panel) : null;

function goTo(id) {
  const element = byId(id);
  if (!element) return;
  for (let at = element; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
  const inner = element.querySelector(":scope > details");
  if (inner) inner.open = true;
  location.hash = id;
  element.scrollIntoView({ block: "start" });
}

function showInGraph(id) {
  if (!graph) return;
  byId("graph").scrollIntoView({ block: "start" });
  graph.reveal(id);
}

function startPlaces() {
  for (const place of document.querySelectorAll("main .at, main .fn[data-symbol]")) {
    place.setAttribute("tabindex", "0");
    if (place.tagName !== "A") place.setAttribute("role", "button");
  }
  const open = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button > 0) return;
    const target = event.target.closest ? event.target.closest("main .at[data-path], main .fn[data-symbol]") : null;
    if (!target) return;
    event.preventDefault();
    if (target.dataset.symbol) panel.symbol(Number(target.dataset.symbol), target);
    else panel.line(target.dataset.path, Number(target.dataset.line), target);
  };
  document.addEventListener("click", open);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches(".at, .fn")) open(event);
  });
}

function startKeys() {
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input, textarea, select");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      byId("find").focus();
    } else if (event.key === "Escape") panel.close();
  });
}

function startSections() {
  const links = new Map([...document.querySelectorAll(".bar nav a")].map((link) => [link.hash.slice(1), link]));
  const inSight = new Set();
  const watch = new IntersectionObserver((entries) => {
    for (const entry of entries) inSight[entry.isIntersecting ? "add" : "delete"](entry.target.getAttribute("aria-labelledby"));
    const current = [...links.keys()].find((id) => inSight.has(id));
    for (const [id, link] of links) {
      if (id !== current) link.removeAttribute("aria-current");
      else if (!link.hasAttribute("aria-current")) {
        link.setAttribute("aria-current", "true");
        link.parentElement.scrollLeft = link.offsetLeft - link.parentElement.offsetLeft - 40;
      }
    }
  }, { rootMargin: "-20% 0px -70% 0px" });
  for (const section of document.querySelectorAll("main > section[aria-labelledby]")) watch.observe(section);
}

document.documentElement.classList.add("js");
for (const element of document.querySelectorAll(".bar .live")) element.hidden = false;
if (graph) {
  byId("graph").hidden = false;
  graphTools(graph, edgeList(graph), byId("graph"));
  graph.setView(0);
} else {
  for (const element of document.querySelectorAll("section[aria-labelledby='chain'] .static")) element.classList.remove("static");
}
showRuns(byId("trees") || h("div"));
startSearch();
startPlaces();
startKeys();
startSections();
startTheme(() => {
  graph?.paint(true);
  for (const tree of data.trees) if (tree.parts) tree.parts.flame.draw();
  for (const timeline of timelines.values()) timeline.draw();
});
document.documentElement.dataset.ready = "true";
