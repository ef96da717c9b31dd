// Pairs of boxes of the graph that lie on each other.
() => {
  const boxes = [...document.querySelectorAll(".canvas .node rect.box")].map((box) => box.getBoundingClientRect());
  const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  return boxes.flatMap((a, i) => boxes.slice(i + 1).filter((b) => meet(a, b)).map(() => i));
}
