// Source shown with its line numbers, lightly coloured; a line is coloured on its own, which is enough to read it.
const PYTHON = new RegExp(
  [
    "(?<c>#.*$)",
    "(?<s>[rbfuRBFU]{0,2}(?:\"\"\".*?(?:\"\"\"|$)|'''.*?(?:'''|$)|\"(?:\\\\.|[^\"\\\\])*\"?|'(?:\\\\.|[^'\\\\])*'?))",
    "(?<d>@[\\w.]+|(?<=\\b(?:def|class)\\s+)\\w+)",
    "(?<k>\\b(?:False|None|True|and|as|assert|async|await|break|case|class|continue|def|del|elif|else|except|finally|for|from|global|if|import|in|is|lambda|match|nonlocal|not|or|pass|raise|return|try|while|with|yield)\\b)",
    "(?<m>\\b\\d[\\w.]*)",
  ].join("|"),
  "g",
);

function coloured(text) {
  const parts = [];
  let end = 0;
  for (const found of text.matchAll(PYTHON)) {
    if (found.index > end) parts.push(text.slice(end, found.index));
    const kind = Object.keys(found.groups).find((name) => found.groups[name] !== undefined);
    parts.push(h("span", { class: kind }, found[0]));
    end = found.index + found[0].length;
  }
  parts.push(text.slice(end));
  return parts;
}

// The lines around a place; `here` is marked, and the lines of `called` are tinted.
function sourceView(path, first, last, here, called = new Set()) {
  const lines = sourceLines(path, first, last);
  if (!lines.length) return h("p", { class: "dim" }, "The package holds no source of this place.");
  const list = h("ol");
  let before = lines[0][0] - 1;
  for (const [number, text] of lines) {
    if (number > before + 1) list.append(h("li", { class: "gap" }, h("span", { class: "n" }, "⋯")));
    const kind = number === here ? "here" : called.has(number) ? "called" : "";
    const item = h("li", { class: kind, "aria-current": number === here ? "location" : null });
    item.append(h("span", { class: "n" }, String(number)), h("span", {}, coloured(text)));
    list.append(item);
    before = number;
  }
  const view = h("div", { class: "code", tabindex: "0", role: "region", "aria-label": `Source of ${path}` }, list);
  requestAnimationFrame(() => {
    const marked = list.querySelector(".here");
    if (marked && marked.offsetTop > view.clientHeight - 40) view.scrollTop = marked.offsetTop - view.clientHeight / 3;
  });
  return view;
}
