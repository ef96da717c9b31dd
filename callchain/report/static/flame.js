// A call tree as a flame: below each call what it called, in the order of the first calls, as wide as the calls
// recorded within it. The package keeps no times, so that the same run gives the same bytes.
const STEP = 22;

class Flame {
  constructor(nodes) {
    this.nodes = nodes;
    this.top = null;
    this.current = 0;
    this.canvas = h("canvas", { tabindex: "0", role: "img", "aria-label": "Flame of the calls; arrow keys move, Enter tells more, Z zooms, Escape shows all of it", keydown: (event) => this.key(event) });
    this.tip = h("div", { class: "tip", hidden: true });
    this.box = h("div", { class: "flame" }, this.canvas, this.tip);
    this.canvas.addEventListener("pointermove", (event) => this.hover(event));
    this.canvas.addEventListener("pointerleave", () => (this.tip.hidden = true));
    this.canvas.addEventListener("click", (event) => this.click(event));
    this.canvas.addEventListener("dblclick", (event) => this.zoom(this.at(event)));
    this.draw = soon(() => this.paint());
    new ResizeObserver(this.draw).observe(this.box);
  }

  // The frames that are wide enough to see: node, start and width in pixels.
  frames(width) {
    const { nodes } = this;
    const zoomed = this.top !== null;
    const roots = zoomed ? [this.top] : nodes.filter((node) => node.parent < 0);
    const total = roots.reduce((sum, node) => sum + node.weight, 0) || 1;
    this.found = [];
    this.deepest = 0;
    if (zoomed) for (let at = this.top.parent; at >= 0; at = nodes[at].parent) this.found.push([nodes[at], 0, width]);
    let x = 0;
    const waiting = [];
    for (const node of roots) {
      waiting.push([node, x]);
      x += (node.weight / total) * width;
    }
    while (waiting.length) {
      const [node, start] = waiting.pop();
      const wide = (node.weight / total) * width;
      if (wide < 0.6) continue;
      this.found.push([node, start, wide]);
      this.deepest = Math.max(this.deepest, node.depth);
      let left = start;
      for (let id = node.id + 1; id <= node.last; id = nodes[id].last + 1) {
        waiting.push([nodes[id], left]);
        left += (nodes[id].weight / total) * width;
      }
    }
  }

  paint() {
    const width = this.box.clientWidth;
    if (!width) return;
    this.frames(width);
    const height = Math.max((this.deepest + 1) * STEP + 2, 60);
    const ratio = devicePixelRatio || 1;
    Object.assign(this.canvas, { width: width * ratio, height: height * ratio });
    Object.assign(this.canvas.style, { width: `${width}px`, height: `${height}px` });
    this.box.style.height = `${Math.min(height + 2, 520)}px`;
    const pen = this.canvas.getContext("2d");
    pen.scale(ratio, ratio);
    pen.font = `11.5px ${getComputedStyle(document.documentElement).getPropertyValue("--mono")}`;
    pen.textBaseline = "middle";
    const colours = paintColours(this.box);
    for (const [node, x, wide] of this.found) this.frame(pen, colours, node, x, wide);
  }

  frame(pen, colours, node, x, wide) {
    const y = node.depth * STEP;
    const symbol = symbols[node.symbol];
    const faint = this.words && !symbol.full.toLowerCase().includes(this.words);
    pen.globalAlpha = faint ? 0.25 : 1;
    pen.fillStyle = colours.stages[symbol.stage];
    pen.fillRect(x, y + 1, Math.max(wide - 1, 0.6), STEP - 2);
    if (node.id === this.current) {
      pen.strokeStyle = colours.ink;
      pen.lineWidth = 2;
      pen.strokeRect(x + 1, y + 2, Math.max(wide - 3, 1), STEP - 4);
    }
    if (wide > 34) {
      const most = Math.floor((wide - 10) / 7);
      const text = `${symbol.short}${node.count > 1 ? ` ×${node.count}` : ""}`;
      pen.fillStyle = colours.ink;
      pen.fillText(text.length > most ? `${text.slice(0, Math.max(most - 1, 1))}…` : text, x + 5, y + STEP / 2 + 0.5);
    }
    pen.globalAlpha = 1;
  }

  at(event) {
    const frame = this.canvas.getBoundingClientRect();
    const [x, depth] = [event.clientX - frame.left, Math.floor((event.clientY - frame.top) / STEP)];
    const hit = this.found.find(([node, start, wide]) => node.depth === depth && x >= start && x < start + wide);
    return hit ? hit[0] : null;
  }

  text(node) {
    const symbol = symbols[node.symbol];
    return `${symbol.short}${node.count > 1 ? ` ×${node.count}` : ""} · ${symbol.path}:${symbol.line} · ${plural(node.weight, "call")} with those below${node.via ? ` · via ${node.via}` : ""}`;
  }

  hover(event) {
    const node = this.at(event);
    this.tip.hidden = !node;
    if (!node) return;
    this.tip.textContent = this.text(node);
    this.tip.style.left = `${Math.min(event.clientX + 12, innerWidth - this.tip.offsetWidth - 8)}px`;
    this.tip.style.top = `${event.clientY + 16}px`;
  }

  click(event) {
    const node = this.at(event);
    if (node) this.choose(node, true);
  }

  choose(node, tell = false) {
    this.current = node.id;
    this.draw();
    say(this.text(node));
    if (tell) panel.called(node, node.parent >= 0 ? this.nodes[node.parent] : null, this.canvas);
  }

  zoom(node) {
    this.top = node && node !== this.top && node.last > node.id ? node : null;
    this.tip.hidden = true;
    this.draw();
  }

  filter(words) {
    this.words = words.toLowerCase();
    this.draw();
  }

  key(event) {
    const { nodes } = this;
    const node = nodes[this.current];
    const next = (id) => (id < nodes.length && nodes[id].parent === node.parent ? nodes[id] : null);
    const before = () => nodes.slice(Math.max(node.parent, 0), node.id).reverse().find((other) => other.parent === node.parent);
    const moves = { ArrowDown: () => (node.last > node.id ? nodes[node.id + 1] : null), ArrowUp: () => nodes[node.parent], ArrowRight: () => next(node.last + 1), ArrowLeft: before };
    if (moves[event.key]) {
      const to = moves[event.key]();
      if (to) this.choose(to);
    } else if (event.key === "Enter") this.choose(node, true);
    else if (event.key.toLowerCase() === "z") this.zoom(node);
    else if (event.key === "Escape" && this.top) this.zoom(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

// The stage colours as a canvas can take them, mixed softly into the ground.
function paintColours(box) {
  const stages = STAGE_COLOURS.map((name, index) => `color-mix(in srgb, var(${name}) ${index ? 42 : 20}%, var(--card))`);
  const [ink, ...others] = coloursOf(box, ["var(--ink)", ...stages]);
  return { ink, stages: others };
}
