// Makes jupyterquiz's questions usable by keyboard and heard by screen readers.
function makeAccessible(quiz) {
  const all = [...quiz.querySelectorAll(".Quiz")];
  all.forEach((question, index) => {
    const text = question.querySelector(".MultipleChoiceQn, .ManyChoiceQn, .NumericQn");
    const answers = question.querySelector(".Answer");
    const feedback = question.querySelector(".Feedback");
    text.firstElementChild.insertAdjacentHTML(
      "afterbegin", `<span class="number">Question ${index + 1} of ${all.length}</span> `);
    answers.setAttribute("role", "group");
    answers.setAttribute("aria-labelledby", text.id);

    // What changes in here is read aloud. The box is there from the start, or it would not be.
    const heard = document.createElement("div");
    heard.setAttribute("role", "status");
    feedback.before(heard);
    heard.append(feedback);

    const input = answers.querySelector(".Input-text");
    if (input) makeNumber(input, answers, text);
    else for (const answer of answers.children) makeButton(answer, answers, feedback);
  });

  // Keys pressed on it are for the quiz, not for JupyterLab's cells.
  function keepsItsKeys(control) {
    control.setAttribute("data-lm-suppress-shortcuts", "true");
  }

  // The radio buttons of jupyterquiz answer as soon as an arrow key passes over them.
  function makeButton(answer, answers, feedback) {
    answer.querySelector("input").remove();
    answer.setAttribute("role", "button");
    answer.setAttribute("aria-pressed", "false");
    answer.tabIndex = 0;
    keepsItsKeys(answer);
    answer.addEventListener("keydown", event => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault(); // Space would scroll
      answer.click();
    });
    answer.addEventListener("click", () => { // after jupyterquiz has dealt with it
      for (const each of answers.children)
        each.setAttribute("aria-pressed", String(/correctButton/.test(each.className)));
      feedback.innerHTML =
        feedback.innerHTML.replace(/ \[(\d+)\/(\d+)\]$/, " <em>Found: $1 of $2.</em>");
    });
  }

  // jupyterquiz checks a number on Enter only, takes the focus away, or gives it to the next number,
  // and empties the box.
  function makeNumber(input, answers, text) {
    const label = answers.querySelector("label");
    label.htmlFor = input.id;
    label.textContent = "Your number:";
    input.setAttribute("aria-describedby", text.id);
    input.inputMode = "decimal";
    input.autocomplete = "off";
    input.blur = () => {};
    input.onpaste = null;
    input.addEventListener("focus", event => event.stopImmediatePropagation(), true);
    const keypress = input.onkeypress;
    const check = () => {
      input.value = input.value.replace(/[\s,%]/g, "");
      if (!input.value) return;
      const focused = document.activeElement;
      keypress.call(input, { which: 13, keyCode: 13 });
      focused.focus();
    };
    input.onkeypress = event => {
      if (event.key !== "Enter") return keypress.call(input, event);
      check();
      return false;
    };
    const button = document.createElement("button");
    button.type = "button";
    button.className = "check";
    button.textContent = "Check";
    button.onclick = check;
    keepsItsKeys(button);
    input.after(button);
  }
}
