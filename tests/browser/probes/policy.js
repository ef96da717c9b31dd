// Tries what the policy forbids; says what was refused and whether anything came of it.
async () => {
  const script = document.createElement("script");
  try {
    script.textContent = "window.broken = true";
    document.body.append(script);
  } catch {
    // Refused before it could be made.
  }
  const style = document.createElement("style");
  style.textContent = "body { display: none }";
  document.body.append(style);
  await fetch("https://example.org/").catch(() => 0);
  let markup = true;
  try {
    document.body.insertAdjacentHTML("beforeend", "<b id=evil>x</b>");
  } catch {
    markup = false;
  }
  await new Promise((done) => setTimeout(done, 50));
  const refused = [...new Set(window.refused)].sort();
  window.refused.length = 0;
  return { refused, broken: Boolean(window.broken), markup, shown: getComputedStyle(document.body).display };
}
