// Colours of the style sheet as a canvas takes them.
function coloursOf(box, wanted) {
  const probe = h("span");
  box.append(probe);
  const read = (value) => {
    probe.style.color = value;
    return getComputedStyle(probe).color;
  };
  const found = wanted.map(read);
  probe.remove();
  return found;
}

const STAGE_COLOURS = ["--idle", "--entry", "--config", "--core", "--normalisation", "--sink"];
const VERDICT_COLOURS = ["--confirmed", "--seen", "--ran", "--idle", "--plain"];
