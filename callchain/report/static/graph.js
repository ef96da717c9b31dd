// The chain as a layered graph: what a view shows at first stands where Graphviz put it; what is unfolded is laid
// out here.
const MANY = 300;
const READABLE = 0.28;
const MOST_NAMED = 160;

class Graph {
  constructor(open) {
    this.open = open;
    this.canvas = new Canvas("Call graph; arrow keys follow the calls, Enter tells more, E unfolds a function");
    this.filter = { verdicts: new Set(VERDICTS.keys()), confidence: 0, text: "" };
    this.canvas.shown = soon(() => this.dress());
    this.canvas.follow = () => this.bulk?.follow(this.canvas.view);
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
    const fit = () => this.canvas.fit(true);
    if (!size) return this.arrange(new Set(nodes), fit);
    this.shown = new Set(nodes.map(([id]) => id));
    this.show(new Map(nodes.map(([id, x, y]) => [id, [x, y]])), new Map(own), fit);
  }

  // Lays the functions out anew, those of the view in its order first; many of them while the page answers.
  arrange(shown, placed, drawn) {
    this.shown = shown;
    this.drawing = true;
    const links = arrows.filter((arrow) => shown.has(arrow.tail) && shown.has(arrow.head));
    const show = ({ boxes, paths }) => this.show(boxes, paths, placed, drawn);
    if (shown.size > MANY) this.canvas.status.textContent = `Laying out ${plural(shown.size, "function")} …`;
    this.work(shown.size > MANY, layOut([...shown], links), show);
  }

  // Draws the boxes and paths; `placed` chooses what of them is in sight, `drawn` follows the last of them.
  show(boxes, paths, placed, drawn) {
    this.boxes = boxes;
    this.paths = paths;
    this.drawing = true;
    this.measure();
    this.canvas.settle();
    this.many = boxes.size > MANY;
    for (const { canvas } of this.canvas.sheets) canvas.hidden = !this.many;
    this.bulk = this.many ? new Bulk(this.canvas.sheets, boxes, paths) : null;
    this.work(this.many, this.draw(), () => {
      this.drawing = false;
      this.apply();
      drawn?.();
    });
    placed?.();
  }

  // Long work comes in slices, and only the last that was asked for is brought to its end.
  work(long, work, done = () => {}) {
    this.turn = (this.turn || 0) + 1;
    const { turn } = this;
    if (long) inSlices(work, () => turn === this.turn, done);
    else done(finished(work));
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
    this.arrange(new Set([...this.shown, ...more]), () => {
      const [nx, ny] = this.boxes.get(id);
      this.canvas.move(seat[0] - (nx * scale + this.canvas.view.x), seat[1] - (ny * scale + this.canvas.view.y));
    }, () => this.focus(id));
    return say(`${plural(more.length, "function")} unfolded`);
  }

  showAll() {
    const ids = new Set([...this.shown]);
    for (const arrow of this.flowArrows()) ids.add(arrow.tail).add(arrow.head);
    this.arrange(ids, () => this.canvas.fit());
  }

  flowArrows() {
    const alone = data.views.length > data.flows.length ? this.number - 1 : this.number;
    return alone < 0 ? arrows : arrows.filter((arrow) => arrow.flows.includes(alone));
  }

  // Brings a function into the picture, with its neighbours where it was not there, and chooses it.
  reveal(id) {
    const there = this.shown.has(id) && this.nodes && this.boxes.has(id);
    const centre = () => this.canvas.centre(...this.boxes.get(id));
    const choose = () => this.choose(this.node(id));
    if (!there) return this.arrange(new Set([...this.shown, id, ...[...this.neighbours(id)].slice(0, 12)]), centre, choose);
    centre();
    choose();
  }

  *draw() {
    this.nodes = new Map();
    this.lines = new Map();
    this.looks = new Map();
    this.layers = [s("g"), s("g")];
    this.canvas.stage.replaceChildren(...this.layers);
    [this.seat] = this.boxes.keys();
    if (this.bulk) return yield* this.bulk.measure();
    for (const id of this.boxes.keys()) this.node(id);
    for (const [id, path] of this.paths) this.layers[0].append(this.line(arrows[id], path));
    return undefined;
  }

  // The element of a box; among many it is made when it is asked for.
  node(id) {
    if (!this.nodes.has(id)) {
      const node = this.box(symbols[id], ...this.boxes.get(id));
      this.nodes.set(id, node);
      this.layers[1].append(node);
      this.dim(id, node);
    }
    return this.nodes.get(id);
  }

  measure() {
    const edges = [...this.boxes].map(([id, [x, y]]) => [x - symbols[id].width / 2, y - 30, x + symbols[id].width / 2, y + 30]);
    const least = (place) => edges.reduce((low, edge) => Math.min(low, edge[place]), Infinity);
    const most = (place) => edges.reduce((high, edge) => Math.max(high, edge[place]), -Infinity);
    if (edges.length) this.canvas.content = { x: least(0), y: least(1), width: most(2) - least(0), height: most(3) - least(1) };
  }

  line(arrow, path) {
    const text = times(arrow.count);
    const group = s("g", { class: `arrow-g v${arrow.verdict}${this.passes(arrow) ? "" : " off"}`, "data-arrow": arrow.id },
      s("path", { class: "reach", d: path }),
      s("path", { class: "line", d: path, "marker-end": `url(#tip${arrow.verdict})` }),
      s("title", {}, `${symbols[arrow.tail].short} → ${symbols[arrow.head].short}: ${verdictText(arrow)}`));
    if (text) {
      const points = pointsOf(path);
      const [x, y] = points[Math.floor(points.length / 2)];
      group.append(s("text", { x, y: y - 5 }, text));
    }
    this.lines.set(arrow.id, group);
    return group;
  }

  box(symbol, x, y) {
    const { width } = symbol;
    const group = s("g", {
      class: `node s${symbol.stage}${this.stages.has(symbol.id) || symbol.stage ? "" : " beside"}`, "data-id": symbol.id,
      transform: `translate(${x - width / 2} ${y - BOX / 2})`, role: "button", tabindex: symbol.id === this.seat ? "0" : "-1",
      "aria-label": `${symbol.short}, ${data.stages[symbol.stage] || "beside the chain"}, ${symbol.path} line ${symbol.line}`,
    },
    s("rect", { class: "box", width, height: BOX, rx: 7 }));
    this.name(group, symbol);
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

  // Among many boxes only those in sight are elements, and only where names can be read; and what is chosen.
  dress() {
    if (!this.bulk || this.drawing) return;
    const { x, y, scale } = this.canvas.view;
    const [width, height] = this.canvas.size;
    const seen = scale < READABLE ? [] : [...this.boxes].filter(([, [left, top]]) => left * scale + x > -150 && left * scale + x < width + 150 && top * scale + y > -30 && top * scale + y < height + 30);
    const kept = new Set(seen.length > MOST_NAMED ? [] : seen.map(([id]) => id)).add(this.seat);
    for (const [id, node] of this.nodes) {
      if (kept.has(id) || node.classList.contains("chosen") || node.contains(document.activeElement)) continue;
      node.remove();
      this.nodes.delete(id);
    }
    for (const id of kept) this.node(id);
    this.paint();
  }

  paint(now = false) {
    this.bulk?.repaint(this.canvas.view, this.canvas.size, new Set(this.nodes.keys()), now);
  }

  passes(arrow) {
    return this.filter.verdicts.has(arrow.verdict) && (arrow.verdict === 1 || arrow.confidence >= this.filter.confidence);
  }

  // After a change of the filter; a drawing under way reads it at its end.
  refresh() {
    if (!this.drawing) this.apply();
  }

  // Shows and hides by the filter; boxes of the chain stay, so that the picture keeps its shape.
  apply() {
    const words = this.filter.text.toLowerCase();
    const on = [...this.paths.keys()].map((id) => arrows[id]).filter((arrow) => this.passes(arrow));
    const linked = new Set(on.flatMap((arrow) => [arrow.tail, arrow.head]));
    const matches = new Set([...this.boxes.keys()].filter((id) => words && symbols[id].full.toLowerCase().includes(words)));
    const found = words ? `, ${matches.size} match${matches.size === 1 ? "" : "es"}` : "";
    this.canvas.status.textContent = `${plural(this.boxes.size, "function")}, ${grouped.format(on.length)} of ${plural(this.paths.size, "arrow")}${found}`;
    this.canvas.box.classList.toggle("asking", Boolean(words));
    for (const [id, line] of this.lines) line.classList.toggle("off", !this.passes(arrows[id]));
    for (const id of this.boxes.keys()) {
      const alone = !linked.has(id);
      const kept = Boolean(symbols[id].stage);
      const match = matches.has(id);
      this.looks.set(id, {
        match, pale: Boolean(words) && !match, off: alone && !kept && !match, faint: alone && kept && on.length < this.paths.size,
      });
    }
    for (const [id, node] of this.nodes) this.dim(id, node);
    if (!this.bulk) return;
    Object.assign(this.bulk, { on: on.map((arrow) => arrow.id), looks: this.looks });
    this.dress();
    this.paint(true);
  }

  dim(id, node) {
    for (const [name, on] of Object.entries(this.looks.get(id) || {})) node.classList.toggle(name, on);
  }

  click(event) {
    const more = event.target.closest(".more");
    const node = event.target.closest(".node");
    const line = event.target.closest(".arrow-g");
    if (more) this.unfold(Number(node.dataset.id));
    else if (node) this.tell(Number(node.dataset.id));
    else if (line) {
      this.choose(line);
      this.open.arrow(Number(line.dataset.arrow), line);
    } else if (this.bulk) this.clickNear(event);
  }

  // The box or arrow that a click among many meant gets an element of its own.
  clickNear(event) {
    const frame = this.canvas.svg.getBoundingClientRect();
    const { x, y, scale } = this.canvas.view;
    const place = [(event.clientX - frame.left - x) / scale, (event.clientY - frame.top - y) / scale];
    const box = this.bulk.boxAt(...place);
    const id = box === null ? this.bulk.nearest(...place, scale) : null;
    if (box !== null) this.tell(box);
    else if (id !== null) this.tellArrow(id);
  }

  tell(id) {
    this.choose(this.node(id));
    this.open.symbol(id, this.node(id));
  }

  tellArrow(id) {
    for (const old of this.lines.values()) old.remove();
    this.lines.clear();
    const line = this.line(arrows[id], this.paths.get(id));
    this.layers[0].append(line);
    this.choose(line);
    this.open.arrow(id, line);
  }

  choose(element) {
    for (const old of this.canvas.stage.querySelectorAll(".chosen")) old.classList.remove("chosen");
    if (element) element.classList.add("chosen");
  }

  focus(id) {
    this.seat = id;
    for (const node of this.nodes.values()) node.setAttribute("tabindex", "-1");
    const node = this.node(id);
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
    else if (node && (event.key === "Enter" || event.key === " ")) this.tell(Number(node.dataset.id));
    else if (node && event.key.toLowerCase() === "e") this.unfold(Number(node.dataset.id));
    else return;
    event.preventDefault();
  }

  // Right: what it calls; left: who calls it; up and down: the nearest function above or below.
  step(id, key) {
    const [x, y] = this.boxes.get(id);
    const seen = (other) => this.boxes.has(other) && !this.looks.get(other)?.off && other !== id;
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
