// A drawing that can be moved and scaled: wheel, pinch, drag and keys.
class Canvas {
  constructor(name) {
    this.stage = s("g");
    this.defs = s("defs", {}, VERDICTS.map((_, index) => s("marker", {
      id: `tip${index}`, class: `v${index}`, viewBox: "0 0 8 8", refX: "7", refY: "4", markerWidth: "8", markerHeight: "8",
      markerUnits: "userSpaceOnUse", orient: "auto",
    }, s("path", { d: "M0 0.6L7.4 4L0 7.4Z" }))));
    this.svg = s("svg", { role: "group", "aria-label": name }, this.defs, this.stage);
    this.sheets = [new Sheet(), new Sheet()];
    this.status = h("p", { class: "status" });
    this.box = h("div", { class: "canvas" }, this.sheets.map((sheet) => sheet.canvas), this.svg, this.status, this.buttons());
    this.view = { x: 0, y: 0, scale: 1 };
    this.content = { x: 0, y: 0, width: 1, height: 1 };
    this.pointers = new Map();
    this.size = [0, 0];
    this.shown = () => {};
    this.follow = () => {};
    this.listen();
    new ResizeObserver(() => this.read()).observe(this.box);
  }

  // The size is kept, since to ask for it after a change of the drawing would lay everything out at once.
  read() {
    const before = this.size[0];
    this.size = [this.box.clientWidth, this.box.clientHeight];
    this.shown();
    if (!this.fitted || !before || !this.size[0] || before === this.size[0]) return;
    this.settle();
    this.fit(true);
  }

  buttons() {
    const button = (text, label, work) => h("button", { type: "button", "aria-label": label, title: label, click: work }, text);
    return h("div", { class: "zoom" },
      button("+", "Zoom in", () => this.zoom(1.3)),
      button("−", "Zoom out", () => this.zoom(1 / 1.3)),
      h("button", { type: "button", "aria-label": "Show all of it", title: "Show all of it", click: () => this.fit() },
        icon("M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5")));
  }

  listen() {
    this.box.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey && !event.shiftKey && !this.box.matches(":focus-within, .active")) return;
      event.preventDefault();
      this.zoom(Math.exp(-event.deltaY * 0.0016), event);
    }, { passive: false });
    this.svg.addEventListener("pointerdown", (event) => {
      this.box.classList.add("active");
      this.pointers.set(event.pointerId, event);
      this.moved = 0;
    });
    addEventListener("pointerdown", (event) => {
      if (!this.box.contains(event.target)) this.box.classList.remove("active");
    });
    addEventListener("pointermove", (event) => this.drag(event));
    for (const kind of ["pointerup", "pointercancel"]) {
      addEventListener(kind, (event) => {
        this.pointers.delete(event.pointerId);
        this.box.classList.remove("moving");
      });
    }
    this.svg.addEventListener("click", (event) => {
      if (this.moved > 5) event.stopPropagation();
    }, true);
  }

  drag(event) {
    const before = this.pointers.get(event.pointerId);
    if (!before) return;
    if (this.pointers.size === 2) this.pinch(before, event);
    else {
      this.moved += Math.abs(event.clientX - before.clientX) + Math.abs(event.clientY - before.clientY);
      if (this.moved > 5) this.box.classList.add("moving");
      this.view.x += event.clientX - before.clientX;
      this.view.y += event.clientY - before.clientY;
      this.show();
    }
    this.pointers.set(event.pointerId, event);
  }

  pinch(before, event) {
    const other = [...this.pointers.values()].find((pointer) => pointer.pointerId !== event.pointerId);
    const spread = (pointer) => Math.hypot(pointer.clientX - other.clientX, pointer.clientY - other.clientY) || 1;
    this.moved = 9;
    this.zoom(spread(event) / spread(before), {
      clientX: (event.clientX + other.clientX) / 2, clientY: (event.clientY + other.clientY) / 2,
    });
  }

  zoom(factor, at) {
    const frame = at ? this.svg.getBoundingClientRect() : null;
    const x = at ? at.clientX - frame.left : this.size[0] / 2;
    const y = at ? at.clientY - frame.top : this.size[1] / 2;
    const scale = Math.min(4, Math.max(0.03, this.view.scale * factor));
    const change = scale / this.view.scale;
    this.view = { x: x - (x - this.view.x) * change, y: y - (y - this.view.y) * change, scale };
    this.show();
  }

  // Shows all of the content, never larger than life; a wide one keeps a readable scale and starts at its left.
  fit(readable = false) {
    const [width, height] = this.size;
    const { x, y, width: w, height: t } = this.content;
    const room = Math.min((width - 48) / w, (height - 72) / t, 1.15);
    const scale = readable ? Math.max(room, Math.min(0.68, (height - 72) / t)) : Math.max(room, 0.03);
    const left = w * scale > width - 48 ? 24 : (width - w * scale) / 2;
    this.view = { x: left - x * scale, y: (height - 40 - t * scale) / 2 - y * scale, scale };
    this.show();
    this.fitted = true;
  }

  // As high as the content needs at the width there is, within what a window can show.
  settle() {
    const room = Math.min((this.size[0] - 48) / this.content.width, 1.1);
    const wanted = this.content.height * Math.max(room, 0.55) + 90;
    const height = Math.round(Math.max(280, Math.min(wanted, innerHeight * 0.74, 620)));
    this.box.style.height = `${height}px`;
    this.size[1] = height - 2;
  }

  centre(x, y) {
    const [width, height] = this.size;
    this.view.scale = Math.max(this.view.scale, 0.7);
    this.view.x = width / 2 - x * this.view.scale;
    this.view.y = height / 2 - y * this.view.scale;
    this.show();
  }

  move(dx, dy) {
    this.view.x += dx;
    this.view.y += dy;
    this.show();
  }

  show() {
    const { x, y, scale } = this.view;
    this.fitted = false;
    this.stage.setAttribute("transform", `translate(${x} ${y}) scale(${scale})`);
    this.follow();
    this.shown();
  }
}
