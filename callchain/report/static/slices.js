// Long work as a generator that pauses between its parts: done at once, or in slices with pictures between them.
const SLICE_MS = 12;
let underWay = 0;

function finished(work) {
  let step = work.next();
  while (!step.done) step = work.next();
  return step.value;
}

function busy(more) {
  underWay += more;
  byId("graph").setAttribute("aria-busy", String(underWay > 0));
}

// Begins after `wait` milliseconds and goes on at each picture as long as `wanted` says so; then calls `done` with the
// work's value.
function inSlices(work, wanted, done = () => {}, wait = 0) {
  const slice = () => {
    if (!wanted()) return busy(-1);
    const end = performance.now() + SLICE_MS;
    do {
      const step = work.next();
      if (step.done) {
        done(step.value);
        return busy(-1);
      }
    } while (performance.now() < end);
    return requestAnimationFrame(slice);
  };
  busy(1);
  if (wait) setTimeout(() => requestAnimationFrame(slice), wait);
  else requestAnimationFrame(slice);
}
