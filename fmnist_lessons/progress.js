// A line below the cell that runs, for as long as its model lives. It has no view and so is no
// output: nothing is left to save or to compare when the cell ends.

const style = `
  .fmnist-progress {
    align-items: center;
    color: var(--jp-ui-font-color1, #212121);
    display: flex;
    font: var(--jp-ui-font-size1, 13px) / 1.5 var(--jp-ui-font-family, sans-serif);
    gap: 8px;
    padding: 4px 8px 4px calc(var(--jp-cell-prompt-width, 64px) + 16px);
  }
  .fmnist-progress progress {
    accent-color: var(--jp-brand-color1, #1976d2);
    width: 12em;
  }`;

// Other cells may wait for their turn, above this one too; those of other notebooks are not seen.
function findRunningCell(model) {
  const wait = (cell) => cell.querySelector(".jp-InputPrompt")?.textContent.startsWith("[*]");
  const cells = [...document.querySelectorAll(".jp-CodeCell")].filter(
    (cell) => wait(cell) && cell.checkVisibility(),
  );
  const ofNotebook = [...(model.widget_manager?.context?.model.cells ?? [])];
  const place = ofNotebook.findIndex((cell) => cell.id === model.get("cell"));
  return cells.find((cell) => cell.dataset.windowedListIndex === `${place}`) ?? cells[0];
}

function initialize({ model }) {
  const line = document.createElement("div");
  line.className = "fmnist-progress";
  const bar = document.createElement("progress");
  const words = document.createElement("span");
  const look = document.createElement("style");
  look.textContent = style;
  line.append(look, bar, words);

  function show() {
    bar.value = model.get("share");
    bar.setAttribute("aria-label", model.get("words"));
    words.textContent = model.get("words");
    const cell = findRunningCell(model); // again each time: a cell that is scrolled away is taken out
    if (cell && line.parentElement !== cell) cell.append(line);
  }

  model.on("change", show);
  show();
  return () => line.remove();
}

export default { initialize };
