// The edges as a list, under the same filter as the graph.
function edgeList(graph) {
  const box = h("div", { class: "edges", role: "list", "aria-label": "Edges", tabindex: "0", hidden: true });
  let seen = [];
  const row = (index) => {
    const arrow = seen[index];
    return h("div", { class: `row v${arrow.verdict}`, role: "listitem", click: () => panel.arrow(arrow.id, box) },
      h("span", {}, h("code", {}, symbols[arrow.tail].short), " → ", h("code", {}, symbols[arrow.head].short)),
      h("span", { class: "dim" }, arrow.calls.map((call) => `${call.path}:${call.line}`).join(" ")),
      h("span", { class: "verdict" }, verdictText(arrow)));
  };
  const rows = new Rows(box, () => seen.length, row);
  return {
    box,
    refresh() {
      if (box.hidden) return;
      const words = graph.filter.text.toLowerCase();
      const named = (id) => symbols[id].full.toLowerCase().includes(words);
      seen = graph.flowArrows().filter((arrow) => graph.passes(arrow) && (!words || named(arrow.tail) || named(arrow.head)));
      rows.show();
    },
  };
}
