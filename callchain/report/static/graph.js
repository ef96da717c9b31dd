// The chain as a layered graph: what a view shows at first stands where Graphviz put it; what is unfolded is laid
// out here.
const MANY = 300;
const SLICE = 500;

class Graph {
  constructor(open) {
    this.open = open;
    this.canvas = new Canvas("Call graph; arrow keys follow the calls, Enter tells more, E unfolds a function");
    this.filter = { verdicts: new Set(VERDICTS.keys()), confidence: 0, text: "" };
    this.canvas.shown = soon(() => this.dress());
    this.canvas.svg.addEventListener("keydown", (event) => this.key(event));
    this.canvas.svg.addEventListener("click", (event) => this.click(event));
    this.canvas.svg.addEventListener("dblclick", (event) => {
      const node = event.target.closest(".node");
      if (node) this.unfold(Number(node.dataset.id));
    });
  }

  get view() {
    return data.views[this.number];
  }

  setView(number) {
    if (!this.canvas.size[0]) this.canvas.read();
    this.number = number;
    const { nodes, arrows: own, size } = this.view;
    this.stages = new Set(nodes.map((node) => (size ? node[0] : node)).filter((id) => symbols[id].stage));
    if (!size) return this.arrange(new Set(nodes), true);
    this.boxes = new Map(nodes.map(([id, x, y]) => [id, [x, y]]));
    this.paths = new Map(own);
    this.shown = new Set(this.boxes.keys());
    this.draw();
    this.canvas.settle();
    this.canvas.fit(true);
  }

  // Lays the functions out anew, those of the view in its order first.
  arrange(shown, fit = false) {
    this.shown = shown;
    const ids = [...shown];
    const { boxes, paths } = layOut(ids, arrows.filter((arrow) => shown.has(arrow.tail) && shown.has(arrow.head)));
    this.boxes = boxes;
    this.paths = paths;
    this.draw();
    this.canvas.settle();
    if (fit) this.canvas.fit(true);
  }

  neighbours(id) {
    return new Set([...outOf[id].map((arrow) => arrow.head), ...into[id].map((arrow) => arrow.tail)]);
  }

  hidden(id) {
    return [...this.neighbours(id)].filter((other) => !this.shown.has(other));
  }

  // One hop: every function that calls this one or is called by it.
  unfold(id) {
    const more = this.hidden(id);
    if (!more.length) return say("Nothing more to unfold here");
    const [x, y] = this.boxes.get(id);
    const { scale } = this.canvas.view;
    const seat = [x * scale + this.canvas.view.x, y * scale + this.canvas.view.y];
    this.arrange(new Set([...this.shown, ...more]));
    const [nx, ny] = this.boxes.get(id);
    this.canvas.move(seat[0] - (nx * scale + this.canvas.view.x), seat[1] - (ny * scale + this.canvas.view.y));
    this.focus(id);
    return say(`${plural(more.length, "function")} unfolded`);
  }

  showAll() {
    const ids = new Set([...this.shown]);
    for (const arrow of this.flowArrows()) ids.add(arrow.tail).add(arrow.head);
    this.arrange(ids, true);
    this.canvas.fit();
  }

  flowArrows() {
    const alone = data.views.length > data.flows.length ? this.number - 1 : this.number;
    return alone < 0 ? arrows : arrows.filter((arrow) => arrow.flows.includes(alone));
  }

  // Brings a function into the picture, with its neighbours where it was not there, and chooses it.
  reveal(id) {
    if (!this.shown.has(id)) this.arrange(new Set([...this.shown, id, ...[...this.neighbours(id)].slice(0, 12)]));
    this.canvas.centre(...this.boxes.get(id));
    this.choose(this.nodes.get(id));
  }

  draw() {
    const { stage } = this.canvas;
    this.nodes = new Map();
    this.lines = new Map();
    this.many = this.boxes.size > MANY;
    const lines = s("g");
    const nodes = s("g");
    for (const [id, [x, y]] of this.boxes) nodes.append(this.box(symbols[id], x, y));
    stage.replaceChildren(lines, nodes);
    this.drawLines(lines, [...this.paths]);
    const first = this.nodes.values().next().value;
    if (first) first.setAttribute("tabindex", "0");
    this.measure();
    this.apply();
  }

  // Many arrows come in slices, so that the page answers in between.
  drawLines(lines, rest) {
    if (lines.parentNode !== this.canvas.stage) return;
    for (const [id, path] of rest.splice(0, this.many ? SLICE : rest.length)) lines.append(this.line(arrows[id], path));
    if (rest.length) setTimeout(() => this.drawLines(lines, rest));
  }

  measure() {
    const edges = [...this.boxes].map(([id, [x, y]]) => [x - symbols[id].width / 2, y - 30, x + symbols[id].width / 2, y + 30]);
    const least = (place) => edges.reduce((low, edge) => Math.min(low, edge[place]), Infinity);
    const most = (place) => edges.reduce((high, edge) => Math.max(high, edge[place]), -Infinity);
    if (edges.length) this.canvas.content = { x: least(0), y: least(1), width: most(2) - least(0), height: most(3) - least(1) };
  }

  line(arrow, path) {
    const text = this.many ? "" : times(arrow.count);
    const group = s("g", { class: `arrow-g v${arrow.verdict}${this.passes(arrow) ? "" : " off"}`, "data-arrow": arrow.id },
      this.many ? null : s("path", { class: "reach", d: path }),
      s("path", { class: "line", d: path, "marker-end": `url(#tip${arrow.verdict})` }),
      this.many ? null : s("title", {}, `${symbols[arrow.tail].short} → ${symbols[arrow.head].short}: ${verdictText(arrow)}`));
    if (text) {
      const numbers = path.match(/-?[\d.]+/g).map(Number);
      const half = Math.floor(numbers.length / 4) * 2;
      group.append(s("text", { x: numbers[half], y: numbers[half + 1] - 5 }, text));
    }
    this.lines.set(arrow.id, group);
    return group;
  }

  box(symbol, x, y) {
    const { width } = symbol;
    const group = s("g", {
      class: `node s${symbol.stage}${this.stages.has(symbol.id) || symbol.stage ? "" : " beside"}`, "data-id": symbol.id,
      transform: `translate(${x - width / 2} ${y - BOX / 2})`, role: "button", tabindex: "-1",
      "aria-label": `${symbol.short}, ${data.stages[symbol.stage] || "beside the chain"}, ${symbol.path} line ${symbol.line}`,
    },
    s("rect", { class: "box", width, height: BOX, rx: 7 }));
    if (!this.many) this.name(group, symbol);
    this.nodes.set(symbol.id, group);
    return group;
  }

  name(group, symbol) {
    const { width } = symbol;
    const more = this.hidden(symbol.id).length;
    const place = symbol.line ? `${symbol.path.split("/").pop()}:${symbol.line}` : symbol.path;
    const sub = [data.stages[symbol.stage], place].filter(Boolean).join(" · ");
    group.append(s("rect", { class: "tag", width: 4, height: BOX - 16, x: 0, y: 8, rx: 2 }), s("text", { x: 14, y: 20 }, symbol.label),
      s("text", { class: "sub", x: 14, y: 37 }, clipped(sub, width)), s("title", {}, symbol.full));
    if (more) {
      group.append(s("g", { class: "more", transform: `translate(${width - 17} ${BOX - 8})` },
        s("rect", { x: -13, width: 27, height: 16, rx: 8 }), s("text", { y: 11.5 }, `+${more}`), s("title", {}, `Unfold ${plural(more, "more function")}`)));
    }
  }

  // Among many boxes only those in sight get their names, and only where these can be read.
  dress() {
    const { x, y, scale } = this.canvas.view;
    if (!this.many || scale < 0.28) return;
    const [width, height] = this.canvas.size;
    for (const [id, [left, top]] of this.boxes) {
      const group = this.nodes.get(id);
      const seen = left * scale + x > -200 && left * scale + x < width + 200 && top * scale + y > -50 && top * scale + y < height + 50;
      if (seen && group.childNodes.length === 1) this.name(group, symbols[id]);
    }
  }

  passes(arrow) {
    return this.filter.verdicts.has(arrow.verdict) && (arrow.verdict === 1 || arrow.confidence >= this.filter.confidence);
  }

  // Shows and hides by the filter; boxes of the chain stay, so that the picture keeps its shape.
  apply() {
    const linked = new Set();
    let seen = 0;
    for (const id of this.paths.keys()) {
      const on = this.passes(arrows[id]);
      this.lines.get(id)?.classList.toggle("off", !on);
      if (on) {
        seen += 1;
        linked.add(arrows[id].tail).add(arrows[id].head);
      }
    }
    const words = this.filter.text.toLowerCase();
    let matches = 0;
    for (const [id, group] of this.nodes) {
      const match = Boolean(words) && symbols[id].full.toLowerCase().includes(words);
      matches += match ? 1 : 0;
      group.classList.toggle("match", match);
      group.classList.toggle("off", !linked.has(id) && !symbols[id].stage && !match);
      group.classList.toggle("faint", !linked.has(id) && Boolean(symbols[id].stage) && seen < this.paths.size);
    }
    this.canvas.svg.classList.toggle("asking", Boolean(words));
    const found = words ? `, ${matches} match${matches === 1 ? "es" : ""}` : "";
    this.canvas.status.textContent = `${plural(this.nodes.size, "function")}, ${grouped.format(seen)} of ${plural(this.paths.size, "arrow")}${found}`;
  }

  click(event) {
    const more = event.target.closest(".more");
    const node = event.target.closest(".node");
    const line = event.target.closest(".arrow-g");
    if (more) this.unfold(Number(node.dataset.id));
    else if (node) {
      this.choose(node);
      this.open.symbol(Number(node.dataset.id), node);
    } else if (line) {
      this.choose(line);
      this.open.arrow(Number(line.dataset.arrow), line);
    }
  }

  choose(element) {
    for (const old of this.canvas.stage.querySelectorAll(".chosen")) old.classList.remove("chosen");
    if (element) element.classList.add("chosen");
  }

  focus(id) {
    for (const node of this.nodes.values()) node.setAttribute("tabindex", "-1");
    const node = this.nodes.get(id);
    node.setAttribute("tabindex", "0");
    node.focus({ preventScroll: true });
  }

  key(event) {
    const node = event.target.closest(".node");
    const pans = { ArrowRight: [-60, 0], ArrowLeft: [60, 0], ArrowDown: [0, -60], ArrowUp: [0, 60] };
    if (event.key === "+" || event.key === "=") this.canvas.zoom(1.3);
    else if (event.key === "-") this.canvas.zoom(1 / 1.3);
    else if (event.key === "0") this.canvas.fit();
    else if (event.shiftKey && pans[event.key]) this.canvas.move(...pans[event.key]);
    else if (node && pans[event.key]) this.step(Number(node.dataset.id), event.key);
    else if (node && (event.key === "Enter" || event.key === " ")) {
      this.choose(node);
      this.open.symbol(Number(node.dataset.id), node);
    } else if (node && event.key.toLowerCase() === "e") this.unfold(Number(node.dataset.id));
    else return;
    event.preventDefault();
  }

  // Right: what it calls; left: who calls it; up and down: the nearest function above or below.
  step(id, key) {
    const [x, y] = this.boxes.get(id);
    const seen = (other) => this.boxes.has(other) && !this.nodes.get(other).classList.contains("off") && other !== id;
    const ends = key === "ArrowRight" ? outOf[id].map((arrow) => arrow.head) : key === "ArrowLeft" ? into[id].map((arrow) => arrow.tail) : [...this.boxes.keys()];
    const sign = key === "ArrowDown" ? 1 : -1;
    const near = ends.filter(seen).filter((other) => key === "ArrowRight" || key === "ArrowLeft" || (this.boxes.get(other)[1] - y) * sign > 4);
    const far = (other) => Math.abs(this.boxes.get(other)[0] - x) * 2 + Math.abs(this.boxes.get(other)[1] - y);
    near.sort((a, b) => far(a) - far(b));
    if (!near.length) return;
    this.focus(near[0]);
    const frame = this.canvas.svg.getBoundingClientRect();
    const box = this.nodes.get(near[0]).getBoundingClientRect();
    if (box.left < frame.left || box.right > frame.right || box.top < frame.top || box.bottom > frame.bottom) this.canvas.centre(...this.boxes.get(near[0]));
  }
}

function clipped(text, width) {
  const most = Math.floor((width - 24) / 6);
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
