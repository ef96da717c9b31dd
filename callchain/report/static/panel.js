// The panel at the side: a function with who calls it and whom it calls, a call with its line, or a line alone.
const panel = {
  box: byId("panel"),
  from: null,

  show(title, parts, from) {
    this.from = from || this.from;
    const stay = anchored(from);
    const heading = h("h2", { tabindex: "-1" }, title);
    const close = h("button", { type: "button", class: "icon close", "aria-label": "Close", click: () => this.close() }, icon("M5 5l14 14M19 5L5 19"));
    this.box.replaceChildren(close, heading, ...parts.flat().filter(Boolean));
    this.box.hidden = false;
    this.box.scrollTop = 0;
    document.documentElement.classList.add("with-panel");
    stay();
    heading.focus({ preventScroll: true });
  },

  close() {
    if (this.box.hidden) return;
    const stay = anchored(this.from);
    this.box.hidden = true;
    document.documentElement.classList.remove("with-panel");
    stay();
    if (this.from && this.from.isConnected) this.from.focus({ preventScroll: true });
    this.from = null;
  },

  symbol(id, from) {
    const symbol = symbols[id];
    const notes = stageNotes.get(id) || [];
    const last = Math.min(Math.max(symbol.end, symbol.line + 8), symbol.line + 60);
    const called = new Set(outOf[id].flatMap((arrow) => arrow.calls.filter((call) => call.path === symbol.path).map((call) => call.line)));
    const taps = data.taps.map((tap, index) => [...tap, index + 1]).filter((tap) => tap[1] === id);
    this.show(symbol.short, [
      h("p", { class: "whole" }, symbol.full),
      symbol.stage ? h("p", {}, h("span", { class: `chip s${symbol.stage}` }, data.stages[symbol.stage])) : null,
      notes.length ? facts(notes.map((note) => [note.flow, [note.mark, note.why].filter(Boolean).join(" · ") || "on the chain"])) : null,
      h("div", { class: "buttons" },
        h("button", { type: "button", click: () => showInGraph(id) }, "Show in the graph"),
        outside(symbol.path, symbol.line)),
      symbol.line ? [h("h3", {}, `Source · ${symbol.path}:${symbol.line}`), sourceView(symbol.path, symbol.line - 1, last, symbol.line, called)] : null,
      ends("Called by", into[id], (arrow) => symbols[arrow.tail]),
      ends("Calls", outOf[id], (arrow) => symbols[arrow.head]),
      taps.length ? [h("h3", {}, "Taps"), h("ul", {}, taps.map(([key, , , hits, number]) => h("li", {}, h("button", { type: "button", click: () => goTo(`tap-${number}`) }, h("code", {}, key), h("span", { class: "dim" }, hits ? `×${hits}` : "not reached")))))] : null,
    ], from);
  },

  arrow(id, from) {
    const arrow = arrows[id];
    const [tail, head] = [symbols[arrow.tail], symbols[arrow.head]];
    this.show(`${tail.short} → ${head.short}`, [
      h("p", { class: `v${arrow.verdict}` }, h("span", { class: "badge" }, verdictText(arrow))),
      h("div", { class: "buttons" },
        h("button", { type: "button", click: () => this.symbol(tail.id) }, "Caller"),
        h("button", { type: "button", click: () => this.symbol(head.id) }, "Callee")),
      arrow.calls.map((call) => site(call)),
      head.line ? [h("h3", {}, `Callee · ${head.path}:${head.line}`), sourceView(head.path, head.line - 1, head.line + 8, head.line)] : null,
    ], from);
  },

  line(path, line, from) {
    this.show(`${path}:${line}`, [h("div", { class: "buttons" }, outside(path, line)), sourceView(path, line - 8, line + 12, line)], from);
  },

  // A row of a call tree: the call with its line in the caller, as the run saw it.
  called(node, caller, from) {
    const symbol = symbols[node.symbol];
    const arrow = caller ? outOf[caller.symbol].find((other) => other.head === node.symbol) : null;
    this.show(symbol.short, [
      h("p", { class: "whole" }, symbol.full),
      facts([["called", `×${node.count}`], ["first call", node.until === undefined ? "" : timesOf(node)], ["via", node.via], ["left by", node.outcome]].filter(([, value]) => value)),
      h("div", { class: "buttons" },
        h("button", { type: "button", click: () => this.symbol(symbol.id) }, "Who calls it, whom it calls"),
        arrow ? h("button", { type: "button", click: () => this.arrow(arrow.id) }, "The edge") : null,
        outside(symbol.path, symbol.line)),
      caller && node.line ? [h("h3", {}, `Called in ${symbols[caller.symbol].short} · ${symbols[caller.symbol].path}:${node.line}`),
        sourceView(symbols[caller.symbol].path, node.line - 4, node.line + 4, node.line)] : null,
      h("h3", {}, `Source · ${symbol.path}:${symbol.line}`), sourceView(symbol.path, symbol.line - 1, Math.max(symbol.end, symbol.line + 8), symbol.line),
    ], from);
  },
};

// The page becomes narrower beside the panel; what was clicked stays where it is in the window.
function anchored(element) {
  const section = element && element.closest("main section") ? element.closest(".canvas, .scroll, .flame") || element : null;
  const before = section ? section.getBoundingClientRect().top : 0;
  return () => {
    if (section) scrollBy({ top: section.getBoundingClientRect().top - before, behavior: "instant" });
  };
}

function facts(pairs) {
  return h("dl", {}, pairs.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));
}

function outside(path, line) {
  const address = permalink(path, line);
  return address ? h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, `On ${new URL(address).host} ↗`) : null;
}

function site(call) {
  const read = call.rule ? `${call.rule}, confidence ${call.confidence.toFixed(2)}` : "not read: seen in a run";
  return h("div", { class: "site" },
    h("h3", {}, `Call site · ${call.path}:${call.line}`),
    sourceView(call.path, call.line - 4, call.line + 4, call.line),
    facts([["rule", read], ["why", call.why], ["seen", call.count ? `×${call.count}` : ""], ["via", call.via.join(", ")],
      ["flow", call.flows.map((flow) => data.flows[flow].name).join(", ")]].filter(([, value]) => value)),
    outside(call.path, call.line));
}

function ends(title, own, other) {
  if (!own.length) return null;
  return [h("h3", {}, `${title} (${own.length})`), h("ul", {}, own.slice(0, 200).map((arrow) => h("li", {},
    h("button", { type: "button", class: `v${arrow.verdict}`, click: () => panel.arrow(arrow.id) },
      h("code", {}, other(arrow).short), h("span", { class: "badge" }, verdictText(arrow)),
      h("span", { class: "at" }, [...new Set(arrow.calls.map((call) => `${call.path}:${call.line}`))].slice(0, 3).join(" ")))))),
  own.length > 200 ? h("p", { class: "dim" }, `… ${own.length - 200} more`) : null];
}
