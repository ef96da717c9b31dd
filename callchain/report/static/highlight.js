// Source shown with its line numbers, lightly coloured; only a text of several lines is carried from line to line.
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

// The parts of a line, and the quotes of a text that goes on behind it; `open` are those that were open before.
function coloured(text, open) {
  const parts = [];
  let end = 0;
  if (open) {
    const close = text.indexOf(open);
    end = close < 0 ? text.length : close + 3;
    parts.push(h("span", { class: "s" }, text.slice(0, end)));
    if (close < 0) return [parts, open];
  }
  let left = "";
  const rest = text.slice(end);
  for (const found of rest.matchAll(PYTHON)) {
    const start = found.index + text.length - rest.length;
    if (start > end) parts.push(text.slice(end, start));
    const kind = Object.keys(found.groups).find((name) => found.groups[name] !== undefined);
    parts.push(h("span", { class: kind }, found[0]));
    end = start + found[0].length;
    if (kind === "s") left = unclosed(found[0]);
  }
  parts.push(text.slice(end));
  return [parts, left];
}

function unclosed(text) {
  const body = text.replace(/^[rbfu]+/i, "");
  const quotes = body.slice(0, 3);
  const long = quotes === '"""' || quotes === "'''";
  return long && !(body.length >= 6 && body.endsWith(quotes)) ? quotes : "";
}

// The lines around a place; `here` is marked, and the lines of `called` are tinted.
function sourceView(path, first, last, here, called = new Set()) {
  const lines = sourceLines(path, first, last);
  if (!lines.length) return h("p", { class: "dim" }, "The package holds no source of this place.");
  const list = h("ol");
  let before = lines[0][0] - 1;
  let [parts, open] = [[], ""];
  for (const [number, text] of lines) {
    if (number > before + 1) {
      list.append(h("li", { class: "gap" }, h("span", { class: "n" }, "⋯")));
      open = "";
    }
    [parts, open] = coloured(text, open);
    const kind = number === here ? "here" : called.has(number) ? "called" : "";
    const item = h("li", { class: kind, "aria-current": number === here ? "location" : null });
    item.append(h("span", { class: "n" }, String(number)), h("span", {}, parts));
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
