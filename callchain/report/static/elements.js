// Elements made of names and texts; nothing here reads markup, so no text of the package can become any.
const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === false || value === null || value === undefined) continue;
    if (typeof value === "function") element.addEventListener(name, value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children.flat()) {
    if (child !== null && child !== undefined && child !== false) element.append(child);
  }
  return element;
}

const h = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
const s = (tag, attributes, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);
const byId = (id) => document.getElementById(id);

function icon(...paths) {
  return s("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, paths.map((d) => s("path", { d })));
}

function say(text) {
  byId("said").textContent = text;
}

const grouped = new Intl.NumberFormat("en");

function times(count) {
  return count > 1 ? `×${grouped.format(count)}` : "";
}

function plural(count, word) {
  return `${grouped.format(count)} ${word}${count === 1 ? "" : "s"}`;
}

// Runs `work` once after the last of many calls, at the next picture.
function soon(work) {
  let waiting = 0;
  return (...args) => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(() => work(...args));
  };
}
