// The runs: one thread at a time, as a tree or as a flame; or, where the times are known, a whole run over time.
function showRuns(element) {
  if (!data.trees.length) return;
  element.hidden = false;
  let shown = null;
  const body = h("div");
  const head = h("div", { class: "runs-head" });
  const count = h("output", { class: "dim" });
  const note = h("p", { class: "dim" });
  let form = 0;
  const find = h("input", { type: "search", placeholder: "Filter the calls", "aria-label": "Filter the calls by name", id: "calls-find" });
  const fold = (folded) => h("button", { type: "button", click: () => shown.tree.foldAll(folded) }, folded ? "Fold all" : "Unfold all");
  const folds = h("span", { class: "segments folds" }, fold(false), fold(true));
  const refresh = () => {
    const part = [shown.tree, shown.flame, shown.timeline][form] || shown.tree;
    body.replaceChildren(part.box);
    folds.hidden = part !== shown.tree;
    if (part === shown.tree) shown.tree.rows.refresh();
    else part.draw();
    note.textContent = noteOf(part);
  };
  const noteOf = (part) => {
    if (part === shown.timeline) return "A bar is the first call at its place, by the clock; it goes on faintly while calls below it were new. Triangles are tap hits. Scroll to zoom, drag to move.";
    const hint = shown.timeline ? "the time line has them" : "callchain view shows them where the recording is kept";
    return `The flame is as wide as the calls recorded. Times differ from run to run, so the package has none: ${hint}.`;
  };
  const filter = soon(() => {
    const words = find.value.trim();
    const matches = shown.tree.filter(words);
    shown.flame.filter(words);
    shown.timeline?.filter(words);
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
  const forms = segments("Form of the calls", ["Tree", "Flame", ...(clocked ? ["Timeline"] : [])], 0, (index) => {
    form = index;
    refresh();
  });
  const which = names.length > 6 ? h("select", { "aria-label": "Thread", change: (event) => open(event.target.selectedIndex) }, names.map((name) => h("option", {}, name)))
    : segments("Thread", names, 0, open);
  element.append(h("div", { class: "tools" }, which, forms, find, folds, count), head, body, note);
  open(0);
}

const timelines = new Map();

// The time line of a run, one for all of its threads.
function timelineOf(name) {
  const run = clocked && clocked.runs.find((other) => other.name === name);
  if (run && !timelines.has(name)) timelines.set(name, new Timeline(run));
  return timelines.get(name) || null;
}

function parts(tree) {
  const nodes = decode(tree);
  return { nodes, tree: new CallTree(nodes), flame: new Flame(nodes), timeline: timelineOf(data.runs[tree.run][0]) };
}
