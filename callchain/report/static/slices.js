// Long work as a generator that pauses between its parts: done at once, or in slices with pictures between them.
const SLICE_MS = 10;

function finished(work) {
  let step = work.next();
  while (!step.done) step = work.next();
  return step.value;
}

// Goes on at each picture as long as `wanted` says so; then calls `done` with the work's value.
function inSlices(work, wanted, done = () => {}) {
  const slice = () => {
    if (!wanted()) return;
    const end = performance.now() + SLICE_MS;
    do {
      const step = work.next();
      if (step.done) return void done(step.value);
    } while (performance.now() < end);
    requestAnimationFrame(slice);
  };
  requestAnimationFrame(slice);
}
