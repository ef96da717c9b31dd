// Light, dark, or as the system has it; the choice is kept where the browser lets a page keep one.
const THEME = "callchain-theme";

function kept() {
  try {
    return localStorage.getItem(THEME) || "";
  } catch {
    return "";
  }
}

function keep(theme) {
  try {
    localStorage.setItem(THEME, theme);
  } catch {
    // A page from a file or in a frame may have no storage; the choice then lasts as long as the page.
  }
}

function startTheme(changed) {
  const button = byId("theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const dark = () => (document.documentElement.dataset.theme || (system.matches ? "dark" : "light")) === "dark";
  const show = () => {
    const label = dark() ? "Switch to light colours" : "Switch to dark colours";
    button.setAttribute("aria-label", label);
    button.setAttribute("title", label);
    button.replaceChildren(dark() ? icon("M12 4V2M12 22v-2M4 12H2M22 12h-2M5.6 5.6L4.2 4.2M19.8 19.8l-1.4-1.4M5.6 18.4l-1.4 1.4M19.8 4.2l-1.4 1.4M12 8a4 4 0 1 0 0 8a4 4 0 0 0 0-8") : icon("M20 14.5A8 8 0 0 1 9.5 4a8 8 0 1 0 10.5 10.5"));
    changed();
  };
  if (["light", "dark"].includes(kept())) document.documentElement.dataset.theme = kept();
  button.addEventListener("click", () => {
    document.documentElement.dataset.theme = dark() ? "light" : "dark";
    keep(document.documentElement.dataset.theme);
    show();
  });
  system.addEventListener("change", show);
  show();
}
