// Among many arrows those of one verdict that lie side by side are one line, and their tips one shape: few elements to
// style, and what is out of sight is not painted. Which arrow a click meant is found by its place.
const NEAR = 7;
const TOGETHER = 50;

class Bulk {
  constructor(paths) {
    this.paths = paths;
    this.points = new Map();
    this.parts = [];
  }

  *draw(into) {
    for (const [id, path] of this.paths) {
      this.points.set(id, pointsOf(path));
      if (this.points.size % 100 === 0) yield;
    }
    const start = (id) => this.points.get(id)[0];
    const order = [...this.paths.keys()].sort((a, b) => arrows[a].verdict - arrows[b].verdict || start(a)[0] - start(b)[0] || start(a)[1] - start(b)[1]);
    for (const id of order) {
      const last = this.parts[this.parts.length - 1];
      const { verdict } = arrows[id];
      if (last && last.verdict === verdict && last.ids.length < TOGETHER) last.ids.push(id);
      else this.parts.push({ verdict, ids: [id], shown: [], line: s("path", { class: "line" }), tips: s("path", { class: "tips" }) });
    }
    for (const { verdict, line, tips } of this.parts) into.append(s("g", { class: `arrow-g bulk v${verdict}` }, line, tips));
  }

  // Draws what passes, where that is something else than before.
  *filter(passes) {
    for (const part of this.parts) {
      const ids = part.ids.filter((id) => passes(arrows[id]));
      if (ids.join() === part.shown.join()) continue;
      part.shown = ids;
      part.line.setAttribute("d", ids.map((id) => this.paths.get(id)).join(""));
      part.tips.setAttribute("d", ids.map((id) => tip(this.points.get(id))).join(""));
      yield;
    }
  }

  // The arrow next to a point of the drawing, if one is as near as a pointer hits.
  nearest(x, y, scale) {
    let [best, least] = [null, NEAR / scale];
    for (const { shown } of this.parts) {
      for (const id of shown) {
        const far = distance(this.points.get(id), x, y, least);
        if (far < least) [best, least] = [id, far];
      }
    }
    return best;
  }
}

function pointsOf(path) {
  const numbers = path.match(/-?[\d.]+/g).map(Number);
  return numbers.flatMap((number, index) => (index % 2 ? [] : [[number, numbers[index + 1]]]));
}

function tip(points) {
  const [x, y] = points[points.length - 1];
  const [px, py] = points.findLast(([ax, ay]) => ax !== x || ay !== y) || [x - 1, y];
  const long = Math.hypot(x - px, y - py);
  const [ux, uy] = [((x - px) / long) * 8, ((y - py) / long) * 8];
  return `M${x} ${y}L${x - ux - uy * 0.43} ${y - uy + ux * 0.43}L${x - ux + uy * 0.43} ${y - uy - ux * 0.43}Z`;
}

// The least distance of a point from curves given by their points, three to a curve after the first; what lies out of
// `reach` of all of them is not looked at.
function distance(points, x, y, reach) {
  const [xs, ys] = [points.map((point) => point[0]), points.map((point) => point[1])];
  if (x < Math.min(...xs) - reach || x > Math.max(...xs) + reach || y < Math.min(...ys) - reach || y > Math.max(...ys) + reach) return Infinity;
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
