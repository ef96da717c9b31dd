// A run over time: each process and thread as a lane of its calls, by the clock. A bar is the first call at its place;
// where it was called again the bar goes on faintly to the last that was first called below it.
const LANE_HEAD = 22;
const AXIS = 24;
const MOST_ZOOM = 1e6;

function readTimes() {
  const text = byId("times") ? byId("times").textContent : "";
  return text ? JSON.parse(text) : null;
}

const clocked = readTimes();

// Microseconds as people read them.
function duration(us) {
  if (us >= 1e6) return `${(us / 1e6).toPrecision(3)} s`;
  return us >= 1e3 ? `${(us / 1e3).toPrecision(3)} ms` : `${Math.round(us)} µs`;
}

function timesOf(node) {
  return `${node.unended ? "not ended when the recording was" : duration(node.end - node.start)}, from ${duration(node.start)} on`;
}

// A place on the axis, as finely as its steps need.
function moment(us, step) {
  const [unit, name] = us >= 1e6 ? [1e6, "s"] : us >= 1e3 ? [1e3, "ms"] : [1, "µs"];
  const digits = Math.max(0, Math.ceil(-Math.log10(step / unit) - 1e-9));
  return us ? `${(us / unit).toFixed(Math.min(digits, 6))} ${name}` : "0";
}

// The lanes of a run from top to bottom; a call is a node as in the other forms, with its start and ends.
function lanesOf(run) {
  const numbers = new Map(symbols.map((symbol) => [symbol.full, symbol.id]));
  const lanes = [];
  let y = AXIS;
  run.processes.forEach((process, number) => {
    for (const thread of process.threads) {
      const nodes = [];
      const open = [];
      for (let at = 0; at < thread.calls.length; at += 8) {
        const [depth, function_, line, count, start, wide, whole, unended] = thread.calls.slice(at, at + 8);
        while (open.length > depth) nodes[open.pop()].last = nodes.length - 1;
        const [name, path, defined] = clocked.functions[function_];
        const id = nodes.length;
        const symbol = numbers.get(name);
        nodes.push({
          id, depth, line, count, start, end: start + wide, until: start + whole, unended: Boolean(unended), name, path, defined, symbol,
          short: symbol === undefined ? name.split("::").pop() : symbols[symbol].short,
          parent: open.length ? open[open.length - 1] : -1, last: id, via: "", outcome: "",
        });
        open.push(id);
      }
      while (open.length) nodes[open.pop()].last = nodes.length - 1;
      const deepest = nodes.reduce((deep, node) => Math.max(deep, node.depth), 0);
      const title = [process.role || (number ? `process ${number + 1}` : "main process"), thread.name].join(" · ");
      lanes.push({ title, y, nodes, hits: thread.hits, cut: thread.cut, process, height: LANE_HEAD + (deepest + 1) * STEP + 8 });
      y += lanes[lanes.length - 1].height;
    }
  });
  return lanes;
}

class Timeline {
  constructor(run) {
    this.lanes = lanesOf(run);
    this.whole = Math.max(1, ...run.processes.map((process) => process.end), ...this.lanes.flatMap((lane) => lane.nodes.map((node) => node.until)));
    this.view = [0, this.whole];
    this.words = "";
    this.current = this.lanes.findIndex((lane) => lane.nodes.length) < 0 ? null : [this.lanes.find((lane) => lane.nodes.length), 0];
    const label = "Time line of the calls; arrow keys go from call to call, Enter tells more, plus and minus zoom, Z zooms to a call, Escape shows all of it";
    this.canvas = h("canvas", { tabindex: "0", role: "img", "aria-label": label, keydown: (event) => this.key(event) });
    this.tip = h("div", { class: "tip", hidden: true });
    this.box = h("div", { class: "flame timeline" }, this.canvas, this.tip);
    this.canvas.addEventListener("pointerdown", (event) => (this.grip = { x: event.clientX, view: this.view, moved: false }));
    addEventListener("pointermove", (event) => this.drag(event));
    addEventListener("pointerup", () => setTimeout(() => (this.grip = null)));
    this.canvas.addEventListener("pointermove", (event) => this.hover(event));
    this.canvas.addEventListener("pointerleave", () => (this.tip.hidden = true));
    this.canvas.addEventListener("click", (event) => this.click(event));
    this.canvas.addEventListener("dblclick", (event) => this.zoomTo(this.at(event)));
    this.canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    this.draw = soon(() => this.paint());
    new ResizeObserver(this.draw).observe(this.box);
  }

  x(time) {
    return ((time - this.view[0]) / (this.view[1] - this.view[0])) * this.width;
  }

  paint() {
    this.width = this.box.clientWidth;
    if (!this.width) return;
    const height = Math.max(this.lanes.reduce((sum, lane) => sum + lane.height, AXIS), 80);
    const ratio = devicePixelRatio || 1;
    Object.assign(this.canvas, { width: this.width * ratio, height: height * ratio });
    Object.assign(this.canvas.style, { width: `${this.width}px`, height: `${height}px` });
    this.box.style.height = `${Math.min(height + 2, 520)}px`;
    const pen = this.canvas.getContext("2d");
    pen.scale(ratio, ratio);
    pen.textBaseline = "middle";
    const [line, dim, hit] = coloursOf(this.box, ["var(--line)", "var(--dim)", "var(--bad)"]);
    const colours = { ...paintColours(this.box), line, dim, hit };
    this.axis(pen, colours, height);
    for (const lane of this.lanes) this.lane(pen, colours, lane);
  }

  axis(pen, colours, height) {
    const span = this.view[1] - this.view[0];
    const rough = span / Math.max(2, this.width / 120);
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((times) => times * power).find((size) => size >= rough);
    pen.font = "11px system-ui, sans-serif";
    for (let at = Math.ceil(this.view[0] / step) * step; at <= this.view[1]; at += step) {
      pen.fillStyle = colours.line;
      pen.fillRect(this.x(at), AXIS - 4, 1, height);
      pen.fillStyle = colours.dim;
      pen.fillText(moment(at, step), this.x(at) + 4, AXIS / 2);
    }
  }

  lane(pen, colours, lane) {
    const { nodes, y } = lane;
    pen.font = "11.5px system-ui, sans-serif";
    pen.fillStyle = colours.dim;
    pen.fillText(lane.cut ? `${lane.title}, ${plural(lane.cut, "call")} more than fit here` : lane.title, 6, y + LANE_HEAD / 2);
    pen.font = `11.5px ${getComputedStyle(document.documentElement).getPropertyValue("--mono")}`;
    for (let id = 0; id < nodes.length; id += 1) {
      const node = nodes[id];
      const [left, right] = [this.x(node.start), this.x(node.until)];
      if (right < 0 || left > this.width) id = node.last;
      else {
        this.bar(pen, colours, lane, node, left);
        if (right - left < 0.7) id = node.last; // what is below it is as narrow
      }
    }
    pen.fillStyle = colours.hit;
    for (const [at] of lane.hits) this.mark(pen, this.x(at), y + LANE_HEAD - 3);
  }

  // A tap that was hit.
  mark(pen, x, y) {
    pen.beginPath();
    pen.moveTo(x, y + 3);
    pen.lineTo(x - 3.5, y - 3);
    pen.lineTo(x + 3.5, y - 3);
    pen.fill();
  }

  bar(pen, colours, lane, node, left) {
    const y = lane.y + LANE_HEAD + node.depth * STEP;
    const [end, until] = [this.x(node.end), this.x(node.until)];
    const faint = this.words && !node.name.toLowerCase().includes(this.words) ? 0.25 : 1;
    const [from, to] = [Math.max(left, -2), Math.min(end, this.width + 2)];
    pen.fillStyle = colours.stages[node.symbol === undefined ? 0 : symbols[node.symbol].stage];
    pen.globalAlpha = faint * 0.35;
    if (until > end) pen.fillRect(Math.max(end, -2), y + 4, Math.min(until, this.width + 2) - Math.max(end, -2), STEP - 8);
    pen.globalAlpha = faint;
    pen.fillRect(from, y + 1, Math.max(to - from - 0.5, 0.6), STEP - 2);
    if (this.current && this.current[0] === lane && this.current[1] === node.id) {
      pen.strokeStyle = colours.ink;
      pen.lineWidth = 2;
      pen.strokeRect(from + 1, y + 2, Math.max(to - from - 2, 1), STEP - 4);
    }
    const most = Math.floor((to - from - 10) / 7);
    if (most > 3) {
      const text = `${node.short} ${duration(node.end - node.start)}${node.count > 1 ? ` ×${grouped.format(node.count)}` : ""}`;
      pen.fillStyle = colours.ink;
      pen.fillText(text.length > most ? `${text.slice(0, most - 1)}…` : text, Math.max(from, 0) + 5, y + STEP / 2 + 0.5);
    }
    pen.globalAlpha = 1;
  }

  at(event) {
    const frame = this.canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - frame.left, event.clientY - frame.top];
    const lane = this.lanes.find((other) => y >= other.y && y < other.y + other.height);
    if (!lane) return null;
    const depth = Math.floor((y - lane.y - LANE_HEAD) / STEP);
    const time = this.view[0] + (x / this.width) * (this.view[1] - this.view[0]);
    const slack = ((this.view[1] - this.view[0]) / this.width) * 2;
    const hits = lane.nodes.filter((node) => node.depth === depth && time >= node.start - slack && time <= node.until + slack);
    const best = hits.find((node) => time <= node.end + slack) || hits[0];
    if (best) return [lane, best.id];
    const tap = depth < 0 ? lane.hits.find(([at]) => Math.abs(this.x(at) - x) < 5) : null;
    return tap ? [lane, -1, tap] : null;
  }

  text([lane, id, tap]) {
    if (tap) return `tap ${tap[1]} hit at ${duration(tap[0])}`;
    const node = lane.nodes[id];
    const more = node.count > 1 ? `; called ×${grouped.format(node.count)} in all` : "";
    return `${node.short} · ${node.path}:${node.defined} · first call ${timesOf(node)}${more}`;
  }

  hover(event) {
    const found = this.grip && this.grip.moved ? null : this.at(event);
    this.tip.hidden = !found;
    if (!found) return;
    this.tip.textContent = this.text(found);
    this.tip.style.left = `${Math.min(event.clientX + 12, innerWidth - this.tip.offsetWidth - 8)}px`;
    this.tip.style.top = `${event.clientY + 16}px`;
  }

  click(event) {
    const found = this.grip && this.grip.moved ? null : this.at(event);
    if (found && found[2]) goTo(`tap-${data.taps.findIndex(([key]) => key === found[2][1]) + 1}`);
    else if (found) this.choose(found, true);
  }

  choose(found, tell = false) {
    this.current = found;
    const node = found[0].nodes[found[1]];
    const wide = this.view[1] - this.view[0];
    if (node.start < this.view[0] || node.start > this.view[1]) this.look(node.start - wide * 0.1, node.start + wide * 0.9);
    this.draw();
    say(this.text(found));
    if (tell && node.symbol !== undefined) {
      const caller = node.parent >= 0 ? found[0].nodes[node.parent] : null;
      panel.called(node, caller && caller.symbol !== undefined ? caller : null, this.canvas);
    }
  }

  // Shows the time from `start` to `end`, as far as there is any.
  look(start, end) {
    const wide = Math.min(Math.max(end - start, this.whole / MOST_ZOOM, 2), this.whole);
    const from = Math.min(Math.max(start, 0), this.whole - wide);
    this.view = [from, from + wide];
    this.draw();
  }

  zoom(factor, share = 0.5) {
    const [start, end] = this.view;
    const at = start + (end - start) * share;
    this.look(at - (at - start) / factor, at + (end - at) / factor);
  }

  zoomTo(found) {
    if (!found || found[1] < 0) return;
    const node = found[0].nodes[found[1]];
    const room = (node.until - node.start) * 0.02;
    const before = this.view.join();
    this.look(node.start - room, node.until + room);
    if (this.view.join() === before) this.look(0, this.whole);
  }

  wheel(event) {
    if (!event.ctrlKey && !event.metaKey && !event.shiftKey && document.activeElement !== this.canvas) return;
    event.preventDefault();
    const frame = this.canvas.getBoundingClientRect();
    this.zoom(Math.exp(-event.deltaY * 0.002), (event.clientX - frame.left) / this.width);
  }

  drag(event) {
    if (!this.grip || !this.canvas.isConnected) return;
    const moved = event.clientX - this.grip.x;
    if (Math.abs(moved) < 4 && !this.grip.moved) return;
    this.grip.moved = true;
    const [start, end] = this.grip.view;
    const by = (moved / this.width) * (end - start);
    this.look(start - by, end - by);
  }

  filter(words) {
    this.words = words.toLowerCase();
    this.draw();
  }

  key(event) {
    if (event.key === "+" || event.key === "=") this.zoom(1.5);
    else if (event.key === "-") this.zoom(1 / 1.5);
    else if (event.key === "Escape" && this.view[1] - this.view[0] < this.whole) this.look(0, this.whole);
    else if (!this.current) return;
    else if (event.key.toLowerCase() === "z") this.zoomTo(this.current);
    else if (event.key === "Enter") this.choose(this.current, true);
    else if (!this.step(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  // Down: the first call below, or the next lane; up: its caller; right and left: the call after and before.
  step(key) {
    const [lane, id] = this.current;
    const { nodes } = lane;
    const node = nodes[id];
    const beside = (number) => (nodes[number] && nodes[number].parent === node.parent ? number : null);
    const before = () => nodes.slice(Math.max(node.parent, 0), id).findLast((other) => other.parent === node.parent)?.id ?? null;
    const lanes = this.lanes.filter((other) => other.nodes.length);
    const near = (by) => lanes[lanes.indexOf(lane) + by];
    const to = { ArrowDown: () => (node.last > id ? id + 1 : null), ArrowUp: () => (node.parent >= 0 ? node.parent : null), ArrowRight: () => beside(node.last + 1), ArrowLeft: before }[key];
    if (!to) return false;
    const found = to();
    const other = found === null ? { ArrowDown: near(1), ArrowUp: near(-1) }[key] : null;
    if (found !== null) this.choose([lane, found]);
    else if (other) this.choose([other, 0]);
    return true;
  }
}
