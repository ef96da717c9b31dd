// The package as the page carries it, with the lists that its parts look things up in.
const data = JSON.parse(byId("package").textContent);
const VERDICTS = data.verdicts;
const symbols = data.symbols.map(([short, full, path, line, end, stage], id) => ({
  id, short, full, path, line, end, stage, label: data.labels[id][0], width: data.labels[id][1],
}));
const calls = data.calls.map(([path, line, rule, confidence, why, count, via, flows], id) => ({
  id, path, line, rule, confidence, why, count, via, flows,
}));
const arrows = data.arrows.map(([tail, head, verdict, own], id) => {
  const mine = own.map((number) => calls[number]);
  return {
    id, tail, head, verdict, calls: mine,
    count: mine.reduce((sum, call) => sum + call.count, 0),
    confidence: Math.max(...mine.map((call) => call.confidence)),
    flows: [...new Set(mine.flatMap((call) => call.flows))],
  };
});
const outOf = symbols.map(() => []);
const into = symbols.map(() => []);
for (const arrow of arrows) {
  outOf[arrow.tail].push(arrow);
  into[arrow.head].push(arrow);
}

// Stage notes of each function: flow, why, what the runs say of it.
const stageNotes = new Map();
data.flows.forEach((flow) => {
  for (const [id, why, mark] of flow.stages) {
    if (!stageNotes.has(id)) stageNotes.set(id, []);
    stageNotes.get(id).push({ flow: flow.name, why, mark });
  }
});

// The lines of the source from `first` to `last` that the package holds: [number, text], a gap between excerpts kept.
function sourceLines(path, first, last) {
  const found = [];
  for (const [start, lines] of data.sources[path] || []) {
    const from = Math.max(first, start);
    const to = Math.min(last, start + lines.length - 1);
    for (let number = from; number <= to; number += 1) found.push([number, lines[number - start]]);
  }
  return found;
}

function permalink(path, line) {
  if (!data.forge.startsWith("https://") || !path) return "";
  const place = path.split("/").map(encodeURIComponent).join("/");
  return data.forge.replace("{line}", String(line)).replace("{path}", () => place);
}

function verdictText(arrow) {
  return arrow.count ? `${VERDICTS[arrow.verdict]} ×${arrow.count}` : VERDICTS[arrow.verdict];
}
