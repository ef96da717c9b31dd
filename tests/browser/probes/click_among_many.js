// Clicks where the painted picture shows a box, or an arrow beside all boxes.
(what) => {
  const sheet = document.querySelectorAll(".canvas .sheet")[what === "box" ? 1 : 0];
  const svg = document.querySelector(".canvas > svg");
  const frame = svg.getBoundingClientRect();
  const from = sheet.getBoundingClientRect();
  const ratio = sheet.width / from.width;
  const chosen = () => document.querySelectorAll(`.canvas .chosen[data-${what === "box" ? "id" : "arrow"}]`).length;
  const copy = new OffscreenCanvas(sheet.width, sheet.height).getContext("2d", { willReadFrequently: true });
  copy.drawImage(sheet, 0, 0);
  const pixels = copy.getImageData(0, 0, sheet.width, sheet.height).data;
  for (let y = frame.top + 4; y < frame.bottom - 4; y += 3) {
    for (let x = frame.left + 4; x < frame.right - 4; x += 3) {
      const at = (Math.round((y - from.top) * ratio) * sheet.width + Math.round((x - from.left) * ratio)) * 4;
      if (pixels[at + 3] < 200) continue;
      svg.dispatchEvent(new MouseEvent("click", { bubbles: true, clientX: x, clientY: y }));
      if (chosen()) return;
    }
  }
}
