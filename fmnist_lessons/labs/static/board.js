// The drawing board: <fmnist-board strokes="[…]" taken="3">, 280 by 280, for a round brush.
//
// It shows the strokes that the kernel knows, and above them those that it has not taken yet: a
// stroke is seen at once, however busy the kernel is. The kernel hears of a stroke while it grows,
// and when it has ended; each time of all that it has not taken, so that no stroke is lost.

// Ctrl+Z. By its keyCode, as Jupyter knows it: the key may write another letter.
const takesBack = ({ keyCode, ctrlKey, metaKey, shiftKey, altKey }) =>
  keyCode === 90 && (ctrlKey || metaKey) && !shiftKey && !altKey;

class FmnistBoard extends HTMLElement {
  static observedAttributes = ["strokes", "taken"];

  static side = 280;
  static scale = 2; // so that edges are sharp on fine screens
  static shortest = 2; // a mouse tells of each pixel; so many points would only take time
  static every = 80; // milliseconds
  static step = 10;
  static smallStep = 2;
  static ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  known = []; // strokes that the kernel has taken
  taken = 0; // how many it has taken from boards, whatever became of them
  ended = []; // strokes that have ended since
  growing = null;
  pointer = null; // which draws the growing stroke; null if the keyboard does
  cursor = [FmnistBoard.side / 2, FmnistBoard.side / 2];
  showsCursor = false;
  timer = 0;
  toldAt = -Infinity;

  connectedCallback() {
    if (!this.canvas) this.build();
    this.paint();
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
  }

  attributeChangedCallback(name, _, text) {
    if (name === "strokes") this.known = JSON.parse(text);
    if (name === "taken") {
      this.ended = this.ended.slice(Number(text) - this.taken);
      this.taken = Number(text);
    }
    this.paint();
  }

  build() {
    const { side, scale } = FmnistBoard;
    this.canvas = document.createElement("canvas");
    this.canvas.width = this.canvas.height = side * scale;
    this.place = document.createElement("span");
    this.place.setAttribute("role", "status");
    this.append(this.canvas, this.place);
    const on = (name, act) => this.addEventListener(name, act);
    on("pointerdown", (event) => this.press(event));
    on("pointermove", (event) => this.move(event));
    for (const name of ["pointerup", "pointercancel"])
      on(name, (event) => event.pointerId === this.pointer && this.lift());
    on("pointerleave", (event) => this.leave(event));
    // A finger or a pen that rests would open a menu.
    on("contextmenu", (event) => this.pointer !== null && event.preventDefault());
    on("keydown", (event) => this.key(event));
    on("blur", () => {
      if (this.pointer === null) this.lift();
      this.hideCursor();
    });
  }

  // By mouse, finger or pen: one at a time, so that a palm beside the pen draws nothing.

  press(event) {
    if (this.pointer !== null || event.button !== 0) return;
    // Else a finger that leaves the board would go on drawing.
    if (event.target.hasPointerCapture(event.pointerId))
      event.target.releasePointerCapture(event.pointerId);
    this.lift();
    this.hideCursor();
    this.pointer = event.pointerId;
    this.begin(this.pointOf(event));
  }

  move(event) {
    if (event.pointerId !== this.pointer) return;
    if (!(event.buttons & 1)) return this.lift(); // the button went up where nothing was told of it
    const moves = event.getCoalescedEvents?.() ?? [];
    for (const each of moves.length ? moves : [event]) this.goOn(this.pointOf(each));
  }

  leave(event) {
    if (event.pointerId !== this.pointer) return;
    this.goOn(this.pointOf(event)); // up to the edge
    this.lift();
  }

  pointOf({ clientX, clientY }) {
    const box = this.canvas.getBoundingClientRect();
    const shares = [(clientX - box.left) / box.width, (clientY - box.top) / box.height];
    return shares.map((share) => this.inside(share * FmnistBoard.side));
  }

  inside(place) {
    return Math.round(10 * Math.min(Math.max(place, 0), FmnistBoard.side)) / 10;
  }

  // By keyboard: a cursor, and a pen that is down or up.

  key(event) {
    const { ways, step, smallStep } = FmnistBoard;
    const way = ways[event.key];
    if (takesBack(event)) {
      event.preventDefault();
      this.takeBack();
    }
    if (event.ctrlKey || event.altKey || event.metaKey || !(way || event.key === " ")) return;
    event.preventDefault();
    if (this.pointer !== null) return;
    this.showsCursor = true;
    if (way) {
      const length = event.shiftKey ? smallStep : step;
      this.cursor = this.cursor.map((place, axis) => this.inside(place + length * way[axis]));
      if (this.growing) this.goOn(this.cursor);
      this.say(this.growing ? "drawn" : "moved");
    } else if (this.growing) this.lift();
    else {
      this.begin(this.cursor);
      this.say("down");
    }
    this.paint();
  }

  takeBack() {
    this.lift();
    if (!this.known.length && !this.ended.length) return;
    // Not by the button: it is off until the kernel has heard of the first stroke.
    this.dispatchEvent(new CustomEvent("fmnist-do", { bubbles: true, detail: "undo" }));
  }

  say(what) {
    const [x, y] = this.cursor;
    this.place.textContent = this.dataset[what].replace("{x}", x).replace("{y}", y);
  }

  hideCursor() {
    this.showsCursor = false;
    this.paint();
  }

  // A stroke.

  // As the controls stand: the kernel's answer to them may still be to come.
  get tool() {
    const lab = this.closest(".fmnist-lab");
    const [box, slider] = ["text", "range"].map((type) =>
      lab.querySelector(`input[type=${type}][name=brush]`),
    );
    // What is typed holds at once, as the kernel will take it; the slider follows its answer.
    const isSize = /^\s*\d+\s*$/.test(box.value);
    const size = Number(isSize ? box.value : slider.value);
    const brush = Math.min(Math.max(size, Number(slider.min)), Number(slider.max));
    return { brush, shade: Number(lab.querySelector("select[name=shade]").value) };
  }

  begin(point) {
    this.growing = { points: [point], ...this.tool };
    this.toldAt = performance.now(); // a quick stroke is told of when it has ended
    this.tellSoon();
    this.paint();
  }

  goOn(point) {
    const { points } = this.growing;
    const [x, y] = points.at(-1);
    if (Math.hypot(point[0] - x, point[1] - y) < FmnistBoard.shortest) return;
    points.push(point);
    this.tellSoon();
    this.paint();
  }

  lift() {
    if (!this.growing) return;
    this.tell(); // the answers first: the steps and the comparison, which an end brings, take longer
    this.ended.push(this.growing);
    this.growing = this.pointer = null;
    this.tell();
  }

  tellSoon() {
    const wait = Math.max(0, this.toldAt + FmnistBoard.every - performance.now());
    this.timer ||= setTimeout(() => this.tell(), wait);
  }

  tell() {
    clearTimeout(this.timer);
    this.timer = 0;
    this.toldAt = performance.now();
    const growing = this.growing ? [structuredClone(this.growing)] : [];
    const detail = { told: [this.taken, [...this.ended], growing] };
    this.dispatchEvent(new CustomEvent("fmnist-set", { bubbles: true, detail }));
  }

  paint() {
    if (!this.canvas) return;
    const { side, scale } = FmnistBoard;
    const pen = this.canvas.getContext("2d");
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.fillStyle = "white";
    pen.fillRect(0, 0, side, side);
    const strokes = [...this.known, ...this.ended];
    if (this.growing) strokes.push(this.growing);
    for (const stroke of strokes) this.paintStroke(pen, stroke);
    if (this.showsCursor) this.paintCursor(pen);
  }

  paintStroke(pen, { points, brush, shade }) {
    const [first, ...others] = points;
    pen.strokeStyle = pen.fillStyle = `rgb(${shade},${shade},${shade})`;
    pen.lineWidth = brush;
    pen.lineCap = pen.lineJoin = "round";
    pen.beginPath();
    if (others.length) {
      pen.moveTo(...first);
      for (const point of others) pen.lineTo(...point);
      pen.stroke();
    } else {
      pen.arc(...first, brush / 2, 0, 2 * Math.PI);
      pen.fill();
    }
  }

  paintCursor(pen) {
    const [x, y] = this.cursor;
    const reach = 8;
    const path = new Path2D();
    path.moveTo(x - reach, y);
    path.lineTo(x + reach, y);
    path.moveTo(x, y - reach);
    path.lineTo(x, y + reach);
    const radius = this.tool.brush / 2;
    path.moveTo(x + radius, y);
    path.arc(x, y, radius, 0, 2 * Math.PI);
    // White below vermilion: seen on every shade.
    for (const [colour, width] of Object.entries({ white: 5, "#D55E00": 2 })) {
      pen.strokeStyle = colour;
      pen.lineWidth = width;
      pen.stroke(path);
    }
  }
}

// Each lab's script defines it; the first one does.
if (!customElements.get("fmnist-board")) customElements.define("fmnist-board", FmnistBoard);
