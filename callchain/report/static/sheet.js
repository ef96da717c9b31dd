// A canvas below the drawing. A picture is painted in slices beside the one that is shown, which moves and scales
// with the view meanwhile.
const EDGE = 160;
const SETTLED_MS = 70;

class Sheet {
  constructor() {
    this.canvas = h("canvas", { class: "sheet", "aria-hidden": "true", hidden: true });
    this.back = h("canvas");
    this.turn = 0;
    this.painted = { x: 0, y: 0, scale: 1 };
  }

  // Where the picture belongs that is shown, until a new one is painted.
  follow(view) {
    const ratio = view.scale / this.painted.scale;
    const at = (place) => view[place] - (this.painted[place] + EDGE) * ratio;
    this.canvas.style.transform = `translate(${at("x")}px, ${at("y")}px) scale(${ratio})`;
  }

  // Paints anew, at once or when the view rests; `work(pen, scale, sight)` pauses where `flushed(pen)` was called.
  repaint(view, size, work, now) {
    this.turn += 1;
    const { turn } = this;
    const at = { ...view };
    inSlices(this.paint(at, size, work), () => turn === this.turn, () => this.present(at, size), now ? 0 : SETTLED_MS);
  }

  *paint({ x, y, scale }, [width, height], work) {
    const ratio = devicePixelRatio || 1;
    Object.assign(this.back, { width: (width + 2 * EDGE) * ratio, height: (height + 2 * EDGE) * ratio });
    const pen = this.back.getContext("2d", { willReadFrequently: true });
    pen.setTransform(ratio * scale, 0, 0, ratio * scale, ratio * (x + EDGE), ratio * (y + EDGE));
    yield* work(pen, scale, [(-EDGE - x) / scale, (-EDGE - y) / scale, (width + EDGE - x) / scale, (height + EDGE - y) / scale]);
    flushed(pen);
  }

  present(view, [width, height]) {
    const { canvas, back } = this;
    Object.assign(canvas, { width: back.width, height: back.height });
    Object.assign(canvas.style, { width: `${width + 2 * EDGE}px`, height: `${height + 2 * EDGE}px` });
    canvas.getContext("2d").drawImage(back, 0, 0);
    this.painted = view;
    this.follow(view);
  }
}

// What was asked of the pen is done when this returns, and so in the slice that asked for it.
function flushed(pen) {
  pen.getImageData(0, 0, 1, 1);
}
