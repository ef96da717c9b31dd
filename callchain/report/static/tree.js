// A call tree of any length: only the rows in sight are elements.
const ROW = 26;

// The rows of a thread as nodes; `last` is the number of the last node below each, `calls` its share of the flame.
function decode(tree) {
  const { rows } = tree;
  const nodes = [];
  const open = [];
  for (let index = 0; index < rows.length; index += 6) {
    const [depth, symbol, line, count, via, outcome] = rows.slice(index, index + 6);
    while (open.length > depth) nodes[open.pop()].last = nodes.length - 1;
    const parent = open.length ? open[open.length - 1] : -1;
    open.push(nodes.length);
    nodes.push({ id: nodes.length, depth, symbol, line, count, via: data.words[via], outcome: data.words[outcome], parent, last: nodes.length, calls: count, folded: depth >= 3 });
  }
  while (open.length) nodes[open.pop()].last = nodes.length - 1;
  for (let index = nodes.length - 1; index > 0; index -= 1) {
    const node = nodes[index];
    if (node.parent >= 0) nodes[node.parent].below = (nodes[node.parent].below || 0) + node.calls + (node.below || 0);
  }
  for (const node of nodes) node.weight = node.count + (node.below || 0);
  return nodes;
}

class Rows {
  // `count()` says how many rows there are, `row(index)` makes one.
  constructor(box, count, row) {
    Object.assign(this, { box, count, row });
    this.sheet = h("div", { role: "presentation" });
    box.append(this.sheet);
    this.refresh = soon(() => this.show());
    box.addEventListener("scroll", this.refresh, { passive: true });
    new ResizeObserver(this.refresh).observe(box);
  }

  show() {
    const total = this.count();
    this.sheet.style.height = `${total * ROW}px`;
    const first = Math.max(0, Math.floor(this.box.scrollTop / ROW) - 10);
    const last = Math.min(total, Math.ceil((this.box.scrollTop + this.box.clientHeight) / ROW) + 10);
    const rows = [];
    for (let index = first; index < last; index += 1) {
      const row = this.row(index);
      row.style.top = `${index * ROW}px`;
      rows.push(row);
    }
    this.sheet.replaceChildren(...rows);
  }

  reach(index) {
    const top = index * ROW;
    if (top < this.box.scrollTop) this.box.scrollTop = top;
    else if (top + ROW > this.box.scrollTop + this.box.clientHeight) this.box.scrollTop = top + ROW - this.box.clientHeight;
  }
}

class CallTree {
  constructor(nodes) {
    this.nodes = nodes;
    this.current = 0;
    this.words = "";
    this.box = h("div", { class: "scroll calls-tree", role: "tree", tabindex: "0", "aria-label": "Calls in their order", keydown: (event) => this.key(event), click: (event) => this.click(event) });
    this.list();
    this.rows = new Rows(this.box, () => this.seen.length, (index) => this.row(index));
    this.rows.refresh();
  }

  // The nodes in sight: with a filter the matches and the way to them, else what is unfolded.
  list() {
    this.seen = [];
    const { nodes } = this;
    if (this.words) {
      const kept = new Set();
      this.matches = 0;
      const wanted = symbols.map((symbol) => symbol.full.toLowerCase().includes(this.words));
      for (const node of nodes) {
        if (!wanted[node.symbol]) continue;
        this.matches += 1;
        for (let at = node.id; at >= 0 && !kept.has(at); at = nodes[at].parent) kept.add(at);
      }
      this.seen = [...kept].sort((a, b) => a - b);
      return;
    }
    for (let index = 0; index < nodes.length; index += 1) {
      this.seen.push(index);
      if (nodes[index].folded) index = nodes[index].last;
    }
  }

  update() {
    this.list();
    this.rows.show();
    this.box.setAttribute("aria-activedescendant", `call-${this.current}`);
  }

  filter(words) {
    this.words = words.toLowerCase();
    this.update();
    this.box.scrollTop = 0;
    return this.words ? this.matches : null;
  }

  foldAll(folded) {
    for (const node of this.nodes) node.folded = folded && node.last > node.id;
    this.update();
  }

  row(index) {
    const node = this.nodes[this.seen[index]];
    const symbol = symbols[node.symbol];
    const inner = node.last > node.id;
    const row = h("div", {
      class: `row s${symbol.stage}`, role: "treeitem", id: `call-${node.id}`, "data-node": node.id, "aria-level": node.depth + 1,
      "aria-expanded": inner ? String(!node.folded || Boolean(this.words)) : null, "aria-selected": String(node.id === this.current),
    },
    h("span", { class: "twist", "aria-hidden": "true" }, inner ? "▸" : ""), h("span", { class: "tag" }), h("span", { class: "name" }, this.marked(symbol.short)),
    node.count > 1 ? h("span", { class: "times" }, times(node.count)) : null,
    h("span", { class: "dim" }, [`${symbol.path}:${symbol.line}`, node.line ? `called at line ${node.line}` : "", node.via ? `via ${node.via}` : ""].filter(Boolean).join("  ")),
    node.outcome ? h("span", { class: "raised" }, node.outcome) : null,
    inner && node.folded && !this.words ? h("span", { class: "dim" }, `… ${plural(node.last - node.id, "call")} below`) : null);
    row.style.paddingLeft = `${0.6 + node.depth * 1.15}rem`;
    return row;
  }

  marked(text) {
    const at = this.words ? text.toLowerCase().indexOf(this.words) : -1;
    if (at < 0) return text;
    return [text.slice(0, at), h("b", {}, text.slice(at, at + this.words.length)), text.slice(at + this.words.length)];
  }

  click(event) {
    const row = event.target.closest(".row");
    if (!row) return;
    const node = this.nodes[Number(row.dataset.node)];
    this.current = node.id;
    if (event.target.closest(".twist") && node.last > node.id) node.folded = !node.folded;
    else this.tell(node);
    this.update();
  }

  tell(node) {
    panel.called(node, node.parent >= 0 ? this.nodes[node.parent] : null, this.box);
  }

  key(event) {
    const at = Math.max(0, this.seen.indexOf(this.current));
    const node = this.nodes[this.current];
    const inner = node && node.last > node.id;
    const page = Math.floor(this.box.clientHeight / ROW) - 1;
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -this.seen.length, End: this.seen.length };
    if (!node) return;
    if (event.key in steps) this.current = this.seen[Math.min(this.seen.length - 1, Math.max(0, at + steps[event.key]))];
    else if (event.key === "ArrowRight" && inner && node.folded) node.folded = false;
    else if (event.key === "ArrowRight" && inner) this.current = node.id + 1;
    else if (event.key === "ArrowLeft" && inner && !node.folded) node.folded = true;
    else if (event.key === "ArrowLeft" && node.parent >= 0) this.current = node.parent;
    else if (event.key === "Enter" || event.key === " ") this.tell(node);
    else return;
    event.preventDefault();
    this.list();
    this.rows.reach(this.seen.indexOf(this.current));
    this.update();
  }
}
