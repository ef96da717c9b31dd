// A layered layout from left to right for views that were unfolded here: layers by the longest way, order by the
// mean of the neighbours, places by pulling boxes to their neighbours without overlap.
// Method: Sugiyama, Tagawa, Toda, "Methods for visual understanding of hierarchical system structures", 1981.
const BOX = 48;
const GAP = 20;
const BETWEEN = 78;
const MOST_JOINTS = 2500;
const MOST_DEEP = 150;
const TALLEST = 48;

// Pauses between its parts: a generator, whose value are the places of the boxes and the paths of the links.
function* layOut(ids, links) {
  const layer = ids.length > MOST_DEEP ? rings(ids, links) : layers(ids, links);
  const cells = new Map(ids.map((id) => [id, { id, layer: layer.get(id), width: symbols[id].width, size: BOX, left: [], right: [] }]));
  yield;
  const chains = links.map((link) => jointed(link, cells, layer));
  yield;
  const rows = [];
  for (const cell of cells.values()) (rows[cell.layer] ||= []).push(cell);
  for (let index = 0; index < rows.length; index += 1) rows[index] ||= [];
  yield* arrange(rows);
  const columns = columnPlaces(rows);
  yield* place(rows);
  let top = Infinity;
  for (const cell of cells.values()) top = Math.min(top, cell.y - cell.size / 2);
  const boxes = new Map();
  for (const cell of cells.values()) {
    cell.x = columns[cell.layer];
    cell.y -= top - 8;
    if (cell.id !== null) boxes.set(cell.id, [cell.x, cell.y]);
  }
  const paths = new Map();
  for (const [link, chain] of chains) {
    paths.set(link.id, chain ? pathThrough(chain) : loop(cells.get(link.tail)));
    if (paths.size % 200 === 0) yield;
  }
  return { boxes, paths };
}

// For many functions the least number of calls from a root, so that the picture stays as wide as calls are deep; what
// is too tall for one column takes several.
function rings(ids, links) {
  const next = new Map(ids.map((id) => [id, []]));
  const entered = new Set();
  for (const { tail, head } of links) {
    if (tail === head) continue;
    next.get(tail).push(head);
    entered.add(head);
  }
  const depth = new Map();
  const reached = [];
  const reach = (id, at) => {
    if (depth.has(id)) return;
    depth.set(id, at);
    reached.push(id);
  };
  const roots = ids.filter((id) => !entered.has(id));
  let done = 0;
  for (const start of roots.length ? [roots, ...ids.map((id) => [id])] : ids.map((id) => [id])) {
    for (const id of start) reach(id, 0);
    for (; done < reached.length; done += 1) for (const head of next.get(reached[done])) reach(head, depth.get(reached[done]) + 1);
  }
  const counts = [];
  for (const id of reached) counts[depth.get(id)] = (counts[depth.get(id)] || 0) + 1;
  const first = [];
  counts.forEach((count, at) => (first[at] = at ? first[at - 1] + Math.ceil(counts[at - 1] / TALLEST) : 0));
  const taken = counts.map(() => 0);
  return new Map(reached.map((id) => {
    const at = depth.get(id);
    taken[at] += 1;
    return [id, first[at] + Math.floor((taken[at] - 1) / TALLEST)];
  }));
}

// Longest-path layers after the links that close a circle are turned round.
function layers(ids, links) {
  const next = new Map(ids.map((id) => [id, []]));
  for (const { tail, head } of links) if (tail !== head) next.get(tail).push(head);
  const state = new Map();
  const order = [];
  const back = new Set();
  for (const start of ids) {
    if (state.has(start)) continue;
    const stack = [[start, 0]];
    state.set(start, 1);
    while (stack.length) {
      const top = stack[stack.length - 1];
      const heads = next.get(top[0]);
      if (top[1] < heads.length) {
        const head = heads[top[1]];
        top[1] += 1;
        if (!state.has(head)) {
          state.set(head, 1);
          stack.push([head, 0]);
        } else if (state.get(head) === 1) back.add(`${top[0]} ${head}`);
      } else {
        state.set(top[0], 2);
        order.push(top[0]);
        stack.pop();
      }
    }
  }
  const layer = new Map(ids.map((id) => [id, 0]));
  for (const id of order.reverse()) {
    for (const head of next.get(id)) {
      if (!back.has(`${id} ${head}`)) layer.set(head, Math.max(layer.get(head), layer.get(id) + 1));
    }
  }
  return layer;
}

// The cells of a link from its tail to its head, with a joint on every layer between them.
function jointed(link, cells, layer) {
  if (link.tail === link.head) return [link, null];
  if (layer.get(link.tail) === layer.get(link.head)) return [link, [cells.get(link.tail), cells.get(link.head)]];
  const turned = layer.get(link.tail) > layer.get(link.head);
  const [first, last] = turned ? [link.head, link.tail] : [link.tail, link.head];
  const chain = [cells.get(first)];
  const span = layer.get(last) - layer.get(first);
  if (span > 1 && cells.size < MOST_JOINTS) {
    for (let step = 1; step < span; step += 1) {
      const joint = { id: null, layer: layer.get(first) + step, width: 0, size: 8, left: [], right: [] };
      cells.set(`${link.id} ${step}`, joint);
      chain.push(joint);
    }
  }
  chain.push(cells.get(last));
  for (let index = 1; index < chain.length; index += 1) {
    chain[index - 1].right.push(chain[index]);
    chain[index].left.push(chain[index - 1]);
  }
  return [link, turned ? chain.reverse() : chain];
}

function* arrange(rows) {
  for (const row of rows) row.forEach((cell, index) => (cell.rank = index));
  for (let sweep = 0; sweep < 6; sweep += 1) {
    const side = sweep % 2 ? "right" : "left";
    for (const row of sweep % 2 ? [...rows].reverse() : rows) {
      for (const cell of row) {
        const near = cell[side];
        cell.wish = near.length ? near.reduce((sum, other) => sum + other.rank, 0) / near.length : cell.rank;
      }
      row.sort((a, b) => a.wish - b.wish || a.rank - b.rank);
      row.forEach((cell, index) => (cell.rank = index));
    }
    yield;
  }
}

function columnPlaces(rows) {
  const places = [];
  let x = 8;
  for (const row of rows) {
    const width = Math.max(40, ...row.map((cell) => cell.width));
    places.push(x + width / 2);
    x += width + BETWEEN;
  }
  return places;
}

function* place(rows) {
  for (const row of rows) {
    let y = 0;
    for (const cell of row) {
      cell.y = y + cell.size / 2;
      y += cell.size + GAP;
    }
    const middle = y / 2;
    for (const cell of row) cell.y -= middle;
  }
  for (let sweep = 0; sweep < 8; sweep += 1) {
    const side = sweep % 2 ? "right" : "left";
    for (const row of sweep % 2 ? [...rows].reverse() : rows) pull(row, side);
    yield;
  }
}

// Moves each cell towards the mean of its neighbours, then apart again, half from above and half from below.
function pull(row, side) {
  const wishes = row.map((cell) => (cell[side].length ? cell[side].reduce((sum, other) => sum + other.y, 0) / cell[side].length : cell.y));
  const down = [];
  const up = [];
  let edge = -Infinity;
  row.forEach((cell, index) => {
    down[index] = Math.max(wishes[index], edge + cell.size / 2);
    edge = down[index] + cell.size / 2 + GAP;
  });
  edge = Infinity;
  for (let index = row.length - 1; index >= 0; index -= 1) {
    up[index] = Math.min(wishes[index], edge - row[index].size / 2);
    edge = up[index] - row[index].size / 2 - GAP;
  }
  row.forEach((cell, index) => (cell.y = (down[index] + up[index]) / 2));
}

function pathThrough(chain) {
  if (chain[0].layer === chain[chain.length - 1].layer) return pathBeside(...chain);
  const forward = chain[0].layer < chain[chain.length - 1].layer;
  const sign = forward ? 1 : -1;
  const points = [[chain[0].x + (sign * chain[0].width) / 2, chain[0].y]];
  for (const joint of chain.slice(1, -1)) points.push([joint.x, joint.y]);
  const last = chain[chain.length - 1];
  points.push([last.x - sign * (last.width / 2 + 6), last.y]);
  let path = `M${points[0][0]} ${points[0][1]}`;
  for (let index = 1; index < points.length; index += 1) {
    const [[ax, ay], [bx, by]] = [points[index - 1], points[index]];
    const bend = (bx - ax) / 2;
    path += `C${ax + bend} ${ay} ${bx - bend} ${by} ${bx} ${by}`;
  }
  const [x, y] = points[points.length - 1];
  return `${path}L${x + sign * 5} ${y}`;
}

// From right side to right side within one column.
function pathBeside(tail, head) {
  const [from, to] = [tail.x + tail.width / 2, head.x + head.width / 2 + 6];
  return `M${from} ${tail.y}C${from + 44} ${tail.y} ${to + 44} ${head.y} ${to} ${head.y}L${to - 5} ${head.y}`;
}

function loop(cell) {
  const [x, y] = [cell.x + cell.width / 4, cell.y - BOX / 2];
  return `M${x - 16} ${y}C${x - 26} ${y - 34} ${x + 26} ${y - 34} ${x + 16} ${y - 4}`;
}
