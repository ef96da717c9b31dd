// The runs: one thread at a time, as a tree or as a flame.
function showRuns(element) {
  if (!data.trees.length) return;
  element.hidden = false;
  let shown = null;
  const body = h("div");
  const head = h("div", { class: "runs-head" });
  const count = h("output", { class: "dim" });
  let form = 0;
  const find = h("input", { type: "search", placeholder: "Filter the calls", "aria-label": "Filter the calls by name", id: "calls-find" });
  const fold = (folded) => h("button", { type: "button", click: () => shown.tree.foldAll(folded) }, folded ? "Fold all" : "Unfold all");
  const folds = h("span", { class: "segments folds" }, fold(false), fold(true));
  const refresh = () => {
    body.replaceChildren(form ? shown.flame.box : shown.tree.box);
    folds.hidden = Boolean(form);
    if (form) shown.flame.draw();
    else shown.tree.rows.refresh();
  };
  const filter = soon(() => {
    const words = find.value.trim();
    const matches = shown.tree.filter(words);
    shown.flame.filter(words);
    count.textContent = matches === null ? plural(shown.nodes.length, "line") : plural(matches, "match").replace("matchs", "matches");
  });
  find.addEventListener("input", filter);
  const open = (index) => {
    const tree = data.trees[index];
    tree.parts ||= parts(tree);
    shown = tree.parts;
    const [name, command] = data.runs[tree.run];
    head.replaceChildren(
      h("span", { class: "dim" }, `Run ${name}, process ${tree.process}, thread ${tree.thread}${tree.clean ? "" : ", its recording was not closed"}`),
      h("code", {}, command),
      tree.cut ? h("span", { class: "dim" }, `${plural(tree.cut, "line")} more than fit here, in evidence.json`) : "");
    refresh();
    filter();
  };
  const names = data.trees.map((tree) => {
    const mates = data.trees.filter((other) => other.run === tree.run);
    const own = mates.length > 1 ? ` · ${tree.process} · ${tree.thread}` : "";
    return `${data.runs[tree.run][0]}${own}`;
  });
  const forms = segments("Form of the calls", ["Tree", "Flame"], 0, (index) => {
    form = index;
    refresh();
  });
  const which = names.length > 6 ? h("select", { "aria-label": "Thread", change: (event) => open(event.target.selectedIndex) }, names.map((name) => h("option", {}, name)))
    : segments("Thread", names, 0, open);
  element.append(h("div", { class: "tools" }, which, forms, find, folds, count), head, body,
    h("p", { class: "dim" }, "The flame is as wide as the calls recorded; times are not kept, so that the same run gives the same bytes."));
  open(0);
}

function parts(tree) {
  const nodes = decode(tree);
  return { nodes, tree: new CallTree(nodes), flame: new Flame(nodes) };
}
