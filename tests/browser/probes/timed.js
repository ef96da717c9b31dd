// Milliseconds from an act until the picture after it.
async ([act, selector, value]) => {
  const element = document.querySelectorAll(selector)[act === "click" ? value : 0];
  const frame = element.getBoundingClientRect();
  const middle = { bubbles: true, clientX: frame.x + frame.width / 2, clientY: frame.y + frame.height / 2 };
  const start = performance.now();
  if (act === "at") element.dispatchEvent(new MouseEvent("click", middle));
  else if (act === "click") element.dispatchEvent(new MouseEvent("click", { bubbles: true }));
  else if (act === "scroll") element.scrollTop = value;
  else {
    element.value = value;
    element.dispatchEvent(new Event("input"));
  }
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))));
  return performance.now() - start;
}
