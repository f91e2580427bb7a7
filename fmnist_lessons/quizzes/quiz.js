// Brings the quizzes of a page to life. Their HTML is there already, from quiz.html.j2, and each
// holds the replies to its answers as JSON.
//
// Where a script runs that a notebook puts out, document.currentScript may be anywhere, and two
// views of one notebook hold the same ids. So each run looks for every quiz that has no life yet.
(() => {
  const OWN_KEYS = "data-lm-suppress-shortcuts"; // Jupyter leaves the keys to what has this attribute

  // Ctrl+S saves the notebook, as everywhere. By its keyCode, as Jupyter knows it: the key may write
  // another letter.
  const saves = ({ keyCode, ctrlKey, metaKey, shiftKey, altKey }) =>
    keyCode === 83 && (ctrlKey || metaKey) && !shiftKey && !altKey;

  function leaveToJupyter(event) {
    const quiz = event.target.closest(".fmnist-quiz");
    if (!quiz || !saves(event)) return;
    const marked = [event.target, quiz];
    for (const each of marked) each.removeAttribute(OWN_KEYS);
    setTimeout(() => {
      for (const each of marked) each.setAttribute(OWN_KEYS, "true");
    });
  }

  // Reads 12, 0.5, 0,5, 60,000, 10 % and 3/4; gives NaN for what is no number.
  function readNumber(text) {
    const parts = text
      .replace(/[\s%]/g, "")
      .split("/")
      .map((part) => {
        const thousands = /^[-+]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?$/.test(part);
        return part === "" ? NaN : Number(part.replace(/,/g, thousands ? "" : "."));
      });
    return parts.length > 2 ? NaN : parts[0] / (parts[1] ?? 1);
  }

  function fits(number, { value, range }) {
    if (range) return range[0] <= number && number < range[1];
    return value === undefined || number === value; // the last reply fits all other numbers
  }

  function mark(element, correct) {
    element.dataset.verdict = correct ? "right" : "wrong";
  }

  function enliven(question, replies) {
    const status = question.querySelector("[role=status]");

    function tell(reply, found = "") {
      mark(status, reply.correct);
      status.innerHTML = `${reply.feedback} ${found}`.trim();
    }

    function enlivenNumber(place) {
      const { label, check: name } = place.dataset;
      place.innerHTML = `<label>${label} <input type="text" inputmode="decimal" autocomplete="off">
        </label> <button type="button">${name}</button>`;
      const input = place.querySelector("input");
      function check() {
        if (!input.value.trim()) return;
        const number = readNumber(input.value);
        const noNumber = { correct: false, feedback: status.dataset.noNumber };
        const reply = Number.isNaN(number) ? noNumber : replies.find((each) => fits(number, each));
        mark(input, reply.correct);
        tell(reply);
      }
      place.querySelector("button").addEventListener("click", check);
      input.addEventListener("keydown", (event) => {
        if (event.key === "Enter") check();
      });
    }

    function enlivenChoices(list) {
      const right = replies.filter((reply) => reply.correct).length;
      const buttons = [...list.children].map((item) => {
        const button = document.createElement("button");
        button.type = "button";
        button.setAttribute("aria-pressed", "false");
        button.append(...item.childNodes);
        button.addEventListener("click", () => choose(button, replies[item.dataset.reply]));
        item.append(button);
        return button;
      });
      for (let left = buttons.length; left > 0; left--)
        list.append(list.children[Math.floor(Math.random() * left)]); // so in any order

      // Right answers stay marked together; a wrong one begins again.
      function choose(button, reply) {
        const alone = right === 1 || !reply.correct;
        for (const each of buttons)
          if (alone || each.dataset.verdict === "wrong") {
            each.setAttribute("aria-pressed", "false");
            delete each.dataset.verdict;
          }
        button.setAttribute("aria-pressed", "true");
        mark(button, reply.correct);
        const found = buttons.filter((each) => each.dataset.verdict === "right").length;
        const words = status.dataset.found?.replace("{found}", found).replace("{all}", right);
        tell(reply, words && `<em>${words}</em>`);
      }
    }

    const number = question.querySelector(".fmnist-quiz-number");
    if (number) enlivenNumber(number);
    else enlivenChoices(question.querySelector("ul"));
  }

  for (const quiz of document.querySelectorAll(".fmnist-quiz")) {
    const json = quiz.querySelector("script[type='application/json']");
    if (!json || quiz.fmnistAlive) continue;
    quiz.fmnistAlive = true; // not in the markup: a page that was saved alive begins anew
    for (const button of quiz.querySelectorAll("li > button"))
      button.replaceWith(...button.childNodes);
    const replies = JSON.parse(json.textContent);
    quiz.querySelectorAll(".fmnist-quiz-question").forEach((question, index) => {
      enliven(question, replies[index]);
    });
    quiz.querySelector(".fmnist-quiz-lifeless")?.remove();
    // Keys pressed in the quiz move no cell of the notebook. Some of Jupyter's shortcuts are for any
    // element with the focus, and Jupyter hears keys before the quiz does: hence the capture.
    quiz.addEventListener("keydown", (event) => {
      if (!saves(event)) event.stopPropagation();
    });
    quiz.addEventListener("focusin", ({ target }) => {
      target.setAttribute(OWN_KEYS, "true");
      addEventListener("keydown", leaveToJupyter, true);
    });
    quiz.addEventListener("focusout", () => removeEventListener("keydown", leaveToJupyter, true));
  }
})();
