// Clicks on the first of many arrows, some way along it; what stands there then.
() => {
  const line = document.querySelector(".canvas .bulk path.line");
  const { x, y } = line.getPointAtLength(45).matrixTransform(line.getScreenCTM());
  document.querySelector(".canvas > svg").dispatchEvent(new MouseEvent("click", { bubbles: true, clientX: x, clientY: y }));
  return document.querySelectorAll(".canvas .arrow-g.chosen[data-arrow]").length;
}
