// <fmnist-pixels>: a picture of 28 by 28 pixels to paint on by mouse, finger, pen or keyboard.
//
// Its attributes: painted, the pixels in base64, 0 (white) to 255 (black); tool, "paint" or "erase";
// brush, the side of the square that is painted at once; label, what screen readers say of it; and
// place, the words for where the cursor is. It tells {painted, stroke}: the picture, and a number
// that is another for each stroke; at most twenty times a second.
{
  const SIDE = 28;
  const CELL = 16;
  const MILLISECONDS = 50;
  const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

  const clamp = (number) => Math.min(Math.max(number, 0), SIDE - 1);
  const decoded = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

  class Pixels extends HTMLElement {
    static observedAttributes = ["painted", "brush", "label"];

    pixels = new Uint8Array(SIDE * SIDE);
    row = SIDE / 2;
    column = SIDE / 2;
    stroke = 0;
    last = null; // where the pointer was, while it is down
    timer = 0; // of what is painted and not yet told
    toldAt = 0;

    connectedCallback() {
      if (this.canvas) return;
      this.canvas = document.createElement("canvas");
      this.canvas.width = this.canvas.height = SIDE * CELL;
      this.canvas.tabIndex = 0;
      this.canvas.setAttribute("role", "application");
      this.place = document.createElement("div");
      this.place.setAttribute("aria-live", "polite");
      this.small = document.createElement("canvas");
      this.small.width = this.small.height = SIDE;
      this.replaceChildren(this.canvas, this.place);
      this.listen();
      for (const name of Pixels.observedAttributes) this.attributeChangedCallback(name);
    }

    attributeChangedCallback(name) {
      if (!this.canvas) return;
      if (name === "label") this.canvas.setAttribute("aria-label", this.getAttribute("label"));
      // What is painted and not yet told is newer than what comes.
      if (name === "painted" && !this.timer) this.pixels = decoded(this.getAttribute("painted"));
      this.draw();
      this.say();
    }

    listen() {
      const { canvas } = this;
      canvas.addEventListener("pointerdown", (event) => {
        if (event.button !== 0) return;
        event.preventDefault();
        canvas.focus({ preventScroll: true });
        canvas.setPointerCapture(event.pointerId);
        this.stroke = Date.now();
        this.last = [this.row, this.column] = this.cellOf(event);
        this.useTool();
        this.draw();
      });
      canvas.addEventListener("pointermove", (event) => {
        if (this.last) this.paintTo(this.cellOf(event));
      });
      for (const name of ["pointerup", "pointercancel"])
        canvas.addEventListener(name, () => {
          if (this.last) this.say();
          this.last = null;
        });
      canvas.addEventListener("keydown", (event) => this.onKey(event));
      for (const name of ["focus", "blur"]) canvas.addEventListener(name, () => this.draw());
    }

    onKey(event) {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      if (!event.repeat) this.stroke = Date.now(); // a key that is held down makes one stroke
      const step = STEPS[event.key];
      if (step) {
        if (event.shiftKey) this.useTool();
        [this.row, this.column] = [clamp(this.row + step[0]), clamp(this.column + step[1])];
        if (event.shiftKey) this.useTool();
      } else if (event.key === " " || event.key === "Enter") this.useTool();
      else if (event.key === "Delete" || event.key === "Backspace") this.paint(0);
      else return;
      event.preventDefault();
      this.draw();
      this.say();
    }

    cellOf(event) {
      const box = this.canvas.getBoundingClientRect();
      return [
        clamp(Math.floor(((event.clientY - box.top) / box.height) * SIDE)),
        clamp(Math.floor(((event.clientX - box.left) / box.width) * SIDE)),
      ];
    }

    // All cells on the way: a quick hand leaves gaps between two events.
    paintTo(cell) {
      const [row, column] = this.last;
      const [down, right] = [cell[0] - row, cell[1] - column];
      const steps = Math.max(Math.abs(down), Math.abs(right));
      for (let step = 1; step <= steps; step++) {
        this.row = Math.round(row + (down * step) / steps);
        this.column = Math.round(column + (right * step) / steps);
        this.useTool();
      }
      this.last = cell;
      this.draw();
    }

    useTool() {
      this.paint(this.getAttribute("tool") === "erase" ? 0 : 255);
    }

    paint(value) {
      const [top, left] = [this.corner(this.row), this.corner(this.column)];
      const before = this.pixels.slice();
      for (let row = Math.max(top, 0); row < Math.min(top + this.brush, SIDE); row++)
        for (let column = Math.max(left, 0); column < Math.min(left + this.brush, SIDE); column++)
          this.pixels[row * SIDE + column] = value;
      if (this.pixels.every((shade, place) => shade === before[place])) return;
      const wait = Math.max(0, this.toldAt + MILLISECONDS - performance.now());
      this.timer ||= setTimeout(() => this.tell(), wait);
    }

    get brush() {
      return Number(this.getAttribute("brush"));
    }

    corner(number) {
      return number - Math.floor((this.brush - 1) / 2);
    }

    tell() {
      this.timer = 0;
      this.toldAt = performance.now();
      const painted = btoa(String.fromCharCode(...this.pixels));
      const detail = { painted, stroke: String(this.stroke) };
      this.dispatchEvent(new CustomEvent("fmnist-set", { bubbles: true, detail }));
    }

    draw() {
      const shades = new ImageData(SIDE, SIDE);
      this.pixels.forEach((value, i) => {
        shades.data.set([255 - value, 255 - value, 255 - value, 255], 4 * i);
      });
      this.small.getContext("2d").putImageData(shades, 0, 0);
      const context = this.canvas.getContext("2d");
      context.imageSmoothingEnabled = false;
      context.drawImage(this.small, 0, 0, SIDE * CELL, SIDE * CELL);
      if (document.activeElement !== this.canvas) return;
      // Where the brush is: black, white and black, seen on every shade.
      const size = this.brush * CELL;
      const [x, y] = [this.corner(this.column) * CELL, this.corner(this.row) * CELL];
      const frames = [
        ["black", -1],
        ["white", 1],
        ["black", 3],
      ];
      context.lineWidth = 2;
      for (const [colour, inset] of frames) {
        context.strokeStyle = colour;
        context.strokeRect(x + inset, y + inset, size - 2 * inset, size - 2 * inset);
      }
    }

    say() {
      const { row, column } = this;
      const values = { row, column, value: this.pixels[row * SIDE + column] };
      const said = this.getAttribute("place").replace(/\{(\w+)\}/g, (_, name) => values[name]);
      if (this.place.textContent !== said) this.place.textContent = said;
    }
  }

  if (!customElements.get("fmnist-pixels")) customElements.define("fmnist-pixels", Pixels);
}
