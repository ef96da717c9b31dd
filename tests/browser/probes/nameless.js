// Controls that have no accessible name.
() => {
  const controls = document.querySelectorAll("button, input, select, a, canvas:not([aria-hidden=true]), [role=button], [role=tree]");
  const named = (e) => e.getAttribute("aria-label") || e.textContent.trim() || (e.labels && e.labels.length);
  return [...controls].filter((control) => !named(control)).map((control) => control.outerHTML.slice(0, 120));
}
