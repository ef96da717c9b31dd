// Among many functions boxes and arrows are painted: few elements to style, and nothing out of sight costs. Boxes and
// arrows have a sheet each, so that a name is found without drawing the arrows anew. Which box or arrow a click meant
// is found by its place.
const NEAR = 7;
const FINEST = 0.6;
const TOGETHER = 25;
// By verdict: width, dashes, hollow tip; the same as in the style sheet.
const STROKES = [[1.6, [], false], [2.1, [9, 3, 2, 3], false], [1.6, [7, 4], true], [1.6, [1.6, 4], true], [1.2, [], false]];

class Bulk {
  constructor([under, over], boxes, paths) {
    Object.assign(this, { under, over, boxes, paths, points: new Map(), bounds: new Map(), looks: new Map(), on: [] });
  }

  *measure() {
    for (const [id, path] of this.paths) {
      const points = pointsOf(path);
      this.points.set(id, points);
      this.bounds.set(id, boundsOf(points));
      if (this.points.size % 100 === 0) yield;
    }
  }

  follow(view) {
    this.under.follow(view);
    this.over.follow(view);
  }

  // Paints the boxes, less those that have elements of their own (`apart`), and the arrows where they changed.
  repaint(view, size, apart, now) {
    const ink = inkOf(this.under.canvas.parentElement);
    const state = JSON.stringify([view, size, ink, this.on]);
    this.over.repaint(view, size, (pen, scale, sight) => this.fillAll(pen, scale, sight, apart, ink), now);
    if (state === this.state) return;
    this.state = state;
    this.under.repaint(view, size, (pen, scale, sight) => this.strokeAll(pen, scale, sight, ink), now);
  }

  *strokeAll(pen, scale, sight, ink) {
    let strokes = 0;
    for (const id of this.on) {
      if (!meets(this.bounds.get(id), sight)) continue;
      this.stroke(pen, arrows[id].verdict, this.points.get(id), sight, scale, ink);
      strokes += 1;
      if (strokes % TOGETHER) continue;
      flushed(pen);
      yield;
    }
  }

  *fillAll(pen, scale, sight, apart, ink) {
    for (const [id, [x, y]] of this.boxes) {
      const { width } = symbols[id];
      const seen = meets([x - width / 2, y - BOX / 2, x + width / 2, y + BOX / 2], sight);
      if (seen && !apart.has(id)) this.fill(pen, symbols[id], x - width / 2, y - BOX / 2, scale, ink);
    }
  }

  stroke(pen, verdict, points, sight, scale, ink) {
    const [wide, dashes, hollow] = STROKES[verdict];
    const fine = Math.max(scale, FINEST) / scale;
    pen.strokeStyle = ink.verdicts[verdict];
    pen.lineWidth = wide * fine;
    pen.setLineDash(dashes.map((length) => length * fine));
    pen.lineCap = verdict === 3 ? "round" : "butt";
    pen.beginPath();
    trace(pen, points, sight);
    pen.stroke();
    if (scale < 0.12) return;
    pen.setLineDash([]);
    pen.lineWidth = fine;
    pen.fillStyle = hollow ? ink.card : ink.verdicts[verdict];
    pen.beginPath();
    tip(points).forEach(([x, y], index) => pen[index ? "lineTo" : "moveTo"](x, y));
    pen.closePath();
    pen.fill();
    pen.stroke();
  }

  fill(pen, symbol, x, y, scale, ink) {
    const look = this.looks.get(symbol.id) || {};
    if (look.off) return;
    pen.globalAlpha = look.pale || look.faint ? 0.25 : 1;
    pen.fillStyle = look.match ? ink.mark : symbol.stage ? ink.card : ink.paper;
    pen.strokeStyle = ink.stages[symbol.stage];
    pen.lineWidth = Math.max(1.2, 0.8 / scale);
    pen.setLineDash(symbol.stage ? [] : [4 / Math.min(scale, 1), 3 / Math.min(scale, 1)]);
    pen.beginPath();
    pen.roundRect(x, y, symbol.width, BOX, 7);
    pen.fill();
    pen.stroke();
    pen.globalAlpha = 1;
  }

  // The box at a point of the drawing.
  boxAt(x, y) {
    const hit = [...this.boxes].find(([id, [left, top]]) => Math.abs(left - x) <= symbols[id].width / 2 && Math.abs(top - y) <= BOX / 2 && !this.looks.get(id)?.off);
    return hit ? hit[0] : null;
  }

  // The arrow next to a point, if one is as near as a pointer hits.
  nearest(x, y, scale) {
    let [best, least] = [null, NEAR / scale];
    for (const id of this.on) {
      const far = meets(this.bounds.get(id), [x - least, y - least, x + least, y + least]) ? distance(this.points.get(id), x, y) : Infinity;
      if (far < least) [best, least] = [id, far];
    }
    return best;
  }
}

function inkOf(box) {
  const [card, paper, mark, ...others] = coloursOf(box, [
    "var(--card)", "var(--paper)", "var(--mark)", ...VERDICT_COLOURS.map((name) => `var(${name})`),
    ...STAGE_COLOURS.map((name) => `color-mix(in srgb, var(${name}) 55%, var(--line))`),
  ]);
  return { card, paper, mark, verdicts: others.slice(0, VERDICT_COLOURS.length), stages: others.slice(VERDICT_COLOURS.length) };
}

function pointsOf(path) {
  const numbers = path.match(/-?[\d.]+/g).map(Number);
  return numbers.flatMap((number, index) => (index % 2 ? [] : [[number, numbers[index + 1]]]));
}

function boundsOf(points) {
  const [xs, ys] = [points.map((point) => point[0]), points.map((point) => point[1])];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

function meets(a, b) {
  return a[0] <= b[2] && a[2] >= b[0] && a[1] <= b[3] && a[3] >= b[1];
}

// The parts of a path that are in sight: curves of three points after the first, and at last a straight end.
function trace(pen, points, sight) {
  let pen_at = null;
  const curve = (a, b, c, d, depth) => {
    const bounds = boundsOf([a, b, c, d]);
    if (!meets(bounds, sight)) return;
    const wide = bounds[2] - bounds[0] > sight[2] - sight[0] || bounds[3] - bounds[1] > sight[3] - sight[1];
    if (wide && depth) {
      const mid = (p, q) => [(p[0] + q[0]) / 2, (p[1] + q[1]) / 2];
      const [ab, bc, cd] = [mid(a, b), mid(b, c), mid(c, d)];
      const [abc, bcd] = [mid(ab, bc), mid(bc, cd)];
      const middle = mid(abc, bcd);
      curve(a, ab, abc, middle, depth - 1);
      curve(middle, bcd, cd, d, depth - 1);
      return;
    }
    if (!pen_at || pen_at[0] !== a[0] || pen_at[1] !== a[1]) pen.moveTo(...a);
    pen.bezierCurveTo(...b, ...c, ...d);
    pen_at = d;
  };
  let at = 0;
  for (; at + 3 < points.length; at += 3) curve(...points.slice(at, at + 4), 6);
  if (!pen_at || at + 1 >= points.length) return;
  if (pen_at[0] === points[at][0] && pen_at[1] === points[at][1]) pen.lineTo(...points[at + 1]);
}

function tip(points) {
  const [x, y] = points[points.length - 1];
  const [px, py] = points.findLast(([ax, ay]) => ax !== x || ay !== y) || [x - 1, y];
  const long = Math.hypot(x - px, y - py);
  const [ux, uy] = [((x - px) / long) * 8, ((y - py) / long) * 8];
  return [[x, y], [x - ux - uy * 0.43, y - uy + ux * 0.43], [x - ux + uy * 0.43, y - uy - ux * 0.43]];
}

// The least distance of a point from curves given by their points, three to a curve after the first.
function distance(points, x, y) {
  let least = Infinity;
  for (let at = 0; at + 3 < points.length; at += 3) {
    const [a, b, c, d] = points.slice(at, at + 4);
    for (let step = 0; step <= 32; step += 1) {
      const t = step / 32;
      const [p, q, r, w] = [(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t ** 3];
      least = Math.min(least, Math.hypot(p * a[0] + q * b[0] + r * c[0] + w * d[0] - x, p * a[1] + q * b[1] + r * c[1] + w * d[1] - y));
    }
  }
  return least;
}
