// Milliseconds from an act until the picture after it.
async ([act, selector, value]) => {
  const element = document.querySelectorAll(selector)[act === "click" ? value : 0];
  const start = performance.now();
  if (act === "click") element.dispatchEvent(new MouseEvent("click", { bubbles: true }));
  else if (act === "scroll") element.scrollTop = value;
  else {
    element.value = value;
    element.dispatchEvent(new Event("input"));
  }
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))));
  return performance.now() - start;
}
