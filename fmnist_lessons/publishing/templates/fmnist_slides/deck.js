"use strict";
// Each slide is fitted once: its pictures get the room that its text leaves them, and its text
// becomes smaller, down to two thirds, until both fit.
const WIDTH = 1192,
  HEIGHT = 682,
  LEAST_FIGURE = 300,
  LARGEST_FIGURE = 1.6;
const SMALLEST = 16; // pixels of 720: the smallest letters of code
const SIZES = [1, 0.94, 0.88, 0.82, 0.76, 0.7, 0.66];

// Long lines become smaller; where that would make them too small, they are broken.
function fitLines(slide) {
  for (const pre of slide.querySelectorAll("pre")) {
    pre.style.fontSize = pre.style.whiteSpace = "";
    const size = parseFloat(getComputedStyle(pre).fontSize);
    const fitting = Math.floor(size * (pre.clientWidth / pre.scrollWidth) * 98) / 100;
    if (pre.scrollWidth <= pre.clientWidth) continue;
    if (fitting >= SMALLEST) pre.style.fontSize = `${fitting}px`;
    else pre.style.whiteSpace = "pre-wrap";
  }
}

function fitPictures(slide) {
  const pictures = [...slide.querySelectorAll("img")].filter((img) => !img.closest(".notes"));
  pictures.forEach((img) => {
    img.style.width = "0";
    img.style.height = "0";
  });
  const room = (HEIGHT - slide.scrollHeight) / Math.max(1, pictures.length);
  let large = true;
  for (const img of pictures) {
    const whole = Math.min(WIDTH / img.naturalWidth, LARGEST_FIGURE);
    const scale = Math.min(whole, Math.max(room, 60) / img.naturalHeight);
    img.style.width = `${Math.floor(img.naturalWidth * scale)}px`;
    img.style.height = "auto";
    large &&= scale >= Math.min(whole, LEAST_FIGURE / img.naturalHeight) - 0.001;
  }
  return large;
}

function fit(slide) {
  for (const size of SIZES) {
    slide.style.fontSize = `${size}em`;
    fitLines(slide);
    if (fitPictures(slide) && slide.scrollHeight <= HEIGHT) return;
  }
  if (slide.scrollHeight > HEIGHT) {
    slide.classList.add("too-long");
    slide.tabIndex = 0;
  }
}

const deck = new Reveal({
  width: 1280,
  height: 720,
  margin: 0,
  center: false,
  hash: true,
  slideNumber: "c/t",
  transition: "none",
  viewDistance: 1000,
  mobileViewDistance: 1000,
  plugins: [RevealNotes],
});
deck.initialize().then(async () => {
  await document.fonts.ready;
  await Promise.all([...document.images].map((img) => img.decode().catch(() => {})));
  for (const slide of document.querySelectorAll(".slides section:not(.stack)")) fit(slide);
  deck.layout();
  document.documentElement.dataset.fitted = "yes";
});
