// The tools above the graph: which flow, which verdicts, how sure, what name; graph or list.
function sample(verdict) {
  return s("svg", { viewBox: "0 0 26 8", class: `arrow-g v${verdict}`, "aria-hidden": "true" }, s("path", { class: "line", d: "M0 4H26" }));
}

function segments(name, labels, chosen, choose) {
  const buttons = labels.map((label, index) => h("button", {
    type: "button", "aria-pressed": String(index === chosen),
    click: () => {
      buttons.forEach((button, other) => button.setAttribute("aria-pressed", String(other === index)));
      choose(index);
    },
  }, label));
  return h("div", { class: "segments", role: "group", "aria-label": name }, buttons);
}

function graphTools(graph, list, element) {
  const changed = soon(() => {
    graph.refresh();
    list.refresh();
  });
  const flows = segments("Flow", data.views.map((view) => view.name), 0, (index) => {
    graph.setView(index);
    list.refresh();
  });
  const present = [...new Set(arrows.map((arrow) => arrow.verdict))].sort();
  const verdicts = h("fieldset", {}, h("legend", { class: "unseen" }, "Verdicts"), present.map((verdict) => {
    const count = arrows.filter((arrow) => arrow.verdict === verdict).length;
    const input = h("input", { type: "checkbox", checked: true, "data-verdict": verdict, change: () => {
      graph.filter.verdicts[input.checked ? "add" : "delete"](verdict);
      changed();
    } });
    return h("label", { class: "check" }, input, sample(verdict), VERDICTS[verdict], h("span", { class: "dim" }, String(count)));
  }));
  const shown = h("output", {}, "0.00");
  const confidence = h("label", { class: "range" }, "Confidence ≥", h("input", {
    type: "range", min: "0", max: "1", step: "0.05", value: "0", "aria-label": "Least confidence of a call that was read",
    input: (event) => {
      graph.filter.confidence = Number(event.target.value);
      shown.textContent = graph.filter.confidence.toFixed(2);
      changed();
    },
  }), shown);
  const text = h("input", { type: "search", placeholder: "Filter by name", "aria-label": "Filter the chain by name", id: "chain-find", input: (event) => {
    graph.filter.text = event.target.value.trim();
    changed();
  } });
  const modes = segments("Form", ["Graph", "List"], 0, (index) => {
    graph.canvas.box.hidden = index === 1;
    list.box.hidden = index === 0;
    if (index) list.refresh();
  });
  const all = h("button", { type: "button", id: "show-all", click: () => graph.showAll() }, "Unfold all");
  const reset = h("button", { type: "button", id: "fold-all", click: () => graph.setView(graph.number) }, "Fold");
  element.append(
    h("div", { class: "tools" }, data.views.length > 1 ? flows : null, modes, text, confidence, all, reset),
    h("div", { class: "tools" }, verdicts), graph.canvas.box, list.box, legend());
}

function legend() {
  const stages = [...new Set(symbols.map((symbol) => symbol.stage))].filter(Boolean).sort();
  return h("ul", { class: "legend" },
    stages.map((stage) => h("li", {}, h("i", { class: `s${stage}` }), data.stages[stage])),
    h("li", {}, "dashed box: beside the chain"),
    h("li", {}, h("kbd", {}, "+3"), " unfolds one hop"),
    h("li", {}, "click, then scroll to zoom; drag to move"));
}
