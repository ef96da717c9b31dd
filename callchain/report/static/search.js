// The search over functions, taps, state, artefacts and blind spots.
const MOST_FOUND = 14;

function things() {
  const found = symbols.map((symbol) => ({
    kind: data.stages[symbol.stage] || "function", name: symbol.short, hint: symbol.line ? `${symbol.path}:${symbol.line}` : symbol.full, weight: symbol.stage ? 0 : 1,
    text: symbol.full.toLowerCase(), go: () => { showInGraph(symbol.id); panel.symbol(symbol.id, byId("find")); },
  }));
  for (const [kind, name, hint, target] of data.finds) {
    found.push({ kind, name, hint, weight: 0, text: `${name} ${hint}`.toLowerCase(), go: () => goTo(target) });
  }
  return found;
}

// Every word must be there; the earlier in the name, the better.
function matching(all, words) {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const hits = [];
  for (const thing of all) {
    if (!wanted.every((word) => thing.text.includes(word))) continue;
    const name = thing.name.toLowerCase();
    const place = name.indexOf(wanted[0]);
    hits.push([place < 0 ? 3 : place === 0 ? 0 : /\W|_/.test(name[place - 1]) ? 1 : 2, thing.weight, name.length, thing]);
  }
  hits.sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]);
  return hits.map((hit) => hit[3]);
}

function startSearch() {
  const [input, list] = [byId("find"), byId("found")];
  const all = things();
  let hits = [];
  let chosen = 0;
  const choose = (index) => {
    chosen = index;
    [...list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === index)));
    const item = list.children[index];
    if (item && hits.length) {
      input.setAttribute("aria-activedescendant", item.id);
      item.scrollIntoView({ block: "nearest" });
    }
  };
  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const go = (thing) => {
    close();
    thing.go();
  };
  const look = soon(() => {
    const words = input.value.trim();
    if (!words) return close();
    const found = matching(all, words);
    hits = found.slice(0, MOST_FOUND);
    list.replaceChildren(...hits.map((thing, index) => h("li", { role: "option", id: `found-${index}`, pointerdown: (event) => { event.preventDefault(); go(thing); } },
      h("span", { class: "kind" }, thing.kind), h("code", {}, thing.name), h("span", { class: "hint" }, thing.hint))));
    if (!hits.length) list.append(h("li", { class: "none", role: "option", "aria-disabled": "true" }, "Nothing of that name"));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    say(plural(found.length, "result"));
    return choose(0);
  });
  input.addEventListener("input", look);
  input.addEventListener("focus", look);
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") choose(Math.min(chosen + 1, hits.length - 1));
    else if (event.key === "ArrowUp") choose(Math.max(chosen - 1, 0));
    else if (event.key === "Enter" && !list.hidden && hits[chosen]) go(hits[chosen]);
    else if (event.key === "Escape" && !list.hidden) close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
}
