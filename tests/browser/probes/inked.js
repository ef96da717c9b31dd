// How many points of the painted arrows have ink.
() => {
  const sheet = document.querySelector(".canvas .sheet");
  const copy = new OffscreenCanvas(sheet.width, sheet.height).getContext("2d", { willReadFrequently: true });
  copy.drawImage(sheet, 0, 0);
  const { data } = copy.getImageData(0, 0, sheet.width, sheet.height);
  let inked = 0;
  for (let at = 3; at < data.length; at += 4) inked += data[at] > 127;
  return inked;
}
