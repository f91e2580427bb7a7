// A lab's page. The kernel sends HTML, one part at a time; what the learner does is sent back as
// {set: {name: value}}, for a control, {do: name}, for a button, or {file: ...}. The page computes
// nothing else: Lab in lab.py says what follows.

const BUSY_AFTER = 600; // milliseconds without an answer
const HEARD_AGAIN_AFTER = 10_000; // milliseconds between reports of a training, read out
const OWN_KEYS = "data-lm-suppress-shortcuts"; // Jupyter leaves the keys to what has this attribute
const CONTROLS = "input, select, textarea, option, details";
const PAGE = Math.random().toString(36).slice(2);
const typing = new WeakSet(); // boxes that hold what is not yet taken

const isTyped = (element) => element.matches("input:not([type=range]):not([type=checkbox])");
const valueOf = (control) => (control.type === "checkbox" ? control.checked : control.value);
const nameOf = (element) => (element.closest("select") ?? element).name;
const isOff = (element) => element.getAttribute("aria-disabled") === "true";

// What was typed and not yet taken, and what was chosen or moved and not yet answered, are the
// learner's; so is an open fold.
function keepsItsOwn(element, attribute, unsent) {
  if (attribute === "open") return element.matches("details");
  if (attribute === OWN_KEYS) return true;
  if (!["value", "checked", "selected"].includes(attribute)) return false;
  return typing.has(element) || unsent.has(nameOf(element));
}

// Moves of one control, or of one stroke, go together; of two, the order counts.
function goTogether(one, other) {
  return Object.keys(one).join() === Object.keys(other).join() && one.stroke === other.stroke;
}

// To compare as a whole is much faster than to morph; but a control may differ from its HTML.
function isSettled(old, fresh) {
  return old.isEqualNode(fresh) && !old.matches(CONTROLS) && !old.querySelector(CONTROLS);
}

// Returns whether something was left as it is, though the HTML says otherwise.
function morph(part, html, unsent) {
  let left = false;
  Idiomorph.morph(part, html, {
    morphStyle: "innerHTML",
    callbacks: {
      beforeAttributeUpdated: (attribute, element) => {
        const own = keepsItsOwn(element, attribute, unsent);
        left ||= own && unsent.has(nameOf(element));
        return !own;
      },
      beforeNodeMorphed: (old, fresh) => {
        // A table of very many cells, data-whole, is faster put in than compared.
        if (fresh.dataset?.whole !== undefined && old.dataset?.whole !== undefined) {
          if (!old.isEqualNode(fresh)) old.replaceChildren(...fresh.childNodes);
          return false;
        }
        // An element of our own draws itself, and follows its attributes; not the one of a name
        // that it has told and that is not yet answered.
        if (old.nodeType !== Node.ELEMENT_NODE) return true;
        if (isSettled(old, fresh)) return false;
        if (!old.localName.includes("-")) return true;
        if (old.localName !== fresh.localName) return true;
        for (const { name, value } of fresh.attributes) {
          if (old.getAttribute(name) === value) continue;
          if (unsent.has(name)) left = true;
          else old.setAttribute(name, value);
        }
        return false;
      },
    },
  });
  return left;
}

// Messages go one after another: while one is on the way, moves of one slider go together, so that
// a busy kernel gets the latest place and not all of them. `overdue` is whether an answer is late.
class Mail {
  constructor(model, { onAnswer, onWait, onLoss, isRefused }) {
    Object.assign(this, { model, onAnswer, onWait, onLoss, isRefused, queue: [], sent: null });
  }

  post(content, buffers) {
    const last = this.queue.at(-1);
    if (content.set && last?.content.set && goTogether(last.content.set, content.set))
      last.content.set = content.set;
    else this.queue.push({ content, buffers });
    if (this.overdue) this.send({}); // which tells whether there is a kernel at all
    this.next();
  }

  send(content, ...further) {
    try {
      this.model.send(content, ...further);
    } catch {
      clearTimeout(this.timer);
      this.onLoss();
    }
  }

  next() {
    if (this.sent || !this.queue.length) return;
    this.sent = this.queue.shift();
    this.timer = setTimeout(() => {
      this.overdue = true;
      this.onWait();
    }, BUSY_AFTER);
    const status = (message) => {
      if (message.content.execution_state !== "idle") return;
      clearTimeout(this.timer);
      this.overdue = false;
      // Who types 82 and presses Train at once has not read that 82 is refused: nothing is begun.
      if (this.sent.content.set && this.isRefused())
        this.queue = this.queue.filter(({ content }) => !content.do || content.do === "stop");
      this.sent = null;
      this.next();
      this.onAnswer();
    };
    this.send(this.sent.content, { iopub: { status } }, this.sent.buffers);
  }

  // The names of controls that were moved to where the kernel has not yet put them.
  get unsent() {
    const under = [this.sent, ...this.queue].map((each) => Object.keys(each?.content.set ?? {}));
    return new Set(under.flat());
  }
}

// Whether the control of that name is in the part: an input, or an attribute of our own elements.
function holds(part, name) {
  return part.querySelector(`[name="${CSS.escape(name)}"], [${CSS.escape(name)}]`) !== null;
}

function showParts(model, parts, unsent) {
  for (const part of parts) {
    const html = model.get(part.dataset.part);
    const isMoved = [...unsent].some((name) => holds(part, name));
    if (part.shown === html && !isMoved && !part.mixed) continue;
    part.shown = html;
    part.mixed = morph(part, html, unsent); // then once more, when all has been answered
  }
}

function listen(root, post, refresh) {
  const set = (name, value) => post({ set: { [name]: value } });
  root.addEventListener("click", (event) => {
    const pressed = event.target.closest("[data-do], [data-set], [data-file]");
    if (!pressed || isOff(pressed)) return;
    if (pressed.dataset.do) post({ do: pressed.dataset.do });
    else if (pressed.dataset.set) set(pressed.dataset.set, pressed.dataset.value);
    else chooseFile(pressed.dataset, post);
  });
  root.addEventListener("input", ({ target }) => {
    if (isTyped(target)) typing.add(target);
    if (target.type !== "range") return;
    for (const other of root.querySelectorAll(`input[name="${target.name}"]`))
      other.value = target.value;
    set(target.name, target.value);
  });
  root.addEventListener("change", ({ target }) => {
    typing.delete(target);
    if (target.name && target.type !== "range") set(target.name, valueOf(target));
  });
  root.addEventListener("fmnist-set", ({ detail }) => post({ set: detail }));
  root.addEventListener("fmnist-do", ({ detail }) => post({ do: detail }));
  // On the control itself: some of Jupyter's shortcuts are for any element with the focus.
  root.addEventListener("focusin", ({ target }) => target.setAttribute(OWN_KEYS, "true"));
  root.addEventListener("keydown", (event) => {
    const { target, key } = event;
    if (saves(event)) return;
    event.stopPropagation(); // the notebook's own keys would cut or change the cell
    if (target.getAttribute("role") === "spinbutton") step(event);
    if (target.getAttribute("role") === "tab") goToTab(event);
    if (key === "Escape" && typing.delete(target)) refresh(target.closest("[data-part]"));
  });
  // A box that was changed and changed back tells of no change; it may be behind the others.
  root.addEventListener("focusout", ({ target }) => {
    if (typing.delete(target)) refresh(target.closest("[data-part]"));
  });
  // A chart whose axis is a control: click or drag along it.
  const pick = (event) => {
    const chart = event.target.closest("[data-axis]");
    if (!chart || !(event.buttons & 1)) return;
    const { axis, from, to, left, right } = chart.dataset;
    const box = chart.getBoundingClientRect();
    const along = (event.clientX - box.left) / box.width;
    const share = Math.min(Math.max((along - left) / (right - left), 0), 1);
    set(axis, String(Math.round(Number(from) + share * (to - from))));
  };
  root.addEventListener("pointerdown", pick);
  root.addEventListener("pointermove", pick);
}

// Ctrl+S saves the notebook, as everywhere. Heard before Notebook 7 hears it: hence the capture.
// By its keyCode, as Jupyter knows it: the key may write another letter.
const saves = ({ keyCode, ctrlKey, metaKey, shiftKey, altKey }) =>
  keyCode === 83 && (ctrlKey || metaKey) && !shiftKey && !altKey;

function leaveToJupyter(root) {
  const marked = [...root.querySelectorAll(`[${OWN_KEYS}]`)]; // what held the focus around it, too
  for (const each of marked) each.removeAttribute(OWN_KEYS);
  setTimeout(() => {
    for (const each of marked) each.setAttribute(OWN_KEYS, "true");
  });
}

function step(event) {
  const ways = { ArrowUp: 1, ArrowDown: -1 };
  const way = ways[event.key];
  const { target } = event;
  const now = Number(target.value);
  if (!way || Number.isNaN(now)) return;
  event.preventDefault();
  const [least, most] = ["min", "max"].map((end) =>
    Number(target.getAttribute(`aria-value${end}`)),
  );
  const next = now + way * Number(target.dataset.step);
  target.value = String(Number(Math.min(Math.max(next, least), most).toFixed(10)));
  target.dispatchEvent(new Event("change", { bubbles: true }));
}

function goToTab(event) {
  const ways = { ArrowRight: 1, ArrowLeft: -1 };
  const way = ways[event.key];
  if (!way) return;
  event.preventDefault();
  const tabs = [...event.target.parentElement.querySelectorAll("[role=tab]")];
  const tab = tabs.at((tabs.indexOf(event.target) + way) % tabs.length);
  tab.focus();
  tab.click();
}

function chooseFile({ file, accept, largest }, post) {
  const input = document.createElement("input");
  Object.assign(input, { type: "file", accept });
  input.dataset.chooses = file;
  input.hidden = true;
  document.body.append(input); // a test, or an assistive tool, can find it there
  input.addEventListener("cancel", () => input.remove());
  input.addEventListener("change", async () => {
    const [chosen] = input.files;
    input.remove();
    const told = { name: chosen.name, size: chosen.size, error: "" };
    let content = new ArrayBuffer(0);
    try {
      // A server closes the connection on a larger message, and the file would be lost.
      if (chosen.size <= Number(largest)) content = await chosen.arrayBuffer();
    } catch (error) {
      told.error = String(error.message ?? error);
    }
    post({ file: { [file]: told } }, [content]);
  });
  input.click();
}

function render({ model, el: root }) {
  root.classList.add("fmnist-lab", `fmnist-${model.get("kind")}`);
  const parts = model.get("parts").map((name) => {
    const part = document.createElement("div");
    part.dataset.part = name;
    return part;
  });
  // The status is for the eye. Screen readers are told by the voice, which says less.
  const [status, voice, notice] = ["status", "voice", "notice"].map((name) => {
    const line = document.createElement("div");
    line.className = `fmnist-lab-${name}`;
    if (name !== "status") line.setAttribute("role", "status");
    return line;
  });
  notice.hidden = true;
  const said = document.createElement("div");
  said.className = "fmnist-lab-said";
  said.append(status, voice, notice);
  root.replaceChildren(parts[0], said, ...parts.slice(1));

  const say = (line, words) => {
    if (line.textContent !== words) line.textContent = words;
    line.hidden = line === notice && !words;
  };
  let spokeAt = -Infinity;
  const speak = (words) => {
    if (voice.textContent === words) return;
    if (model.get("passing") && performance.now() - spokeAt < HEARD_AGAIN_AFTER) return;
    say(voice, words);
    spokeAt = performance.now();
  };
  let heard = false; // of what changed, since the last message was answered
  const show = () => {
    heard = true;
    showParts(model, parts, mail.unsent);
    say(status, model.get("status"));
    speak(model.get("status"));
    root.classList.toggle("failed", model.get("failed"));
  };
  const lose = () => {
    clearTimeout(mail.timer);
    root.classList.add("gone");
    for (const line of [status, voice]) say(line, ""); // it holds no longer
    say(notice, model.get("words").gone);
    for (const control of root.querySelectorAll("button, input, select, textarea"))
      control.setAttribute("aria-disabled", "true");
  };
  const mail = new Mail(model, {
    onAnswer: () => {
      if (!root.classList.contains("gone")) say(notice, "");
      // Refused in the same words as before: nothing came, and the control is to go back.
      for (const part of parts) part.mixed ||= !heard;
      show();
      heard = false;
    },
    onWait: () => say(notice, model.get("words").busy),
    onLoss: lose,
    isRefused: () => model.get("failed"),
  });
  const post = (content, buffers) => {
    if (!root.classList.contains("gone")) mail.post(content, buffers);
  };

  const refresh = (part) => {
    part.mixed = true;
    show();
  };

  listen(root, post, refresh);
  const save = (event) => {
    if (saves(event) && root.contains(event.target)) leaveToJupyter(root);
  };
  addEventListener("keydown", save, true);
  model.on("change", show);
  model.on("comm_live_update", lose); // the kernel was restarted or shut down
  show();
  const view = { page: PAGE, view: Math.random().toString(36).slice(2) };
  const tellOfView = () => post({ shown: view });
  model.on("msg:custom", tellOfView); // the kernel asks for nothing else
  tellOfView();
  return () => {
    removeEventListener("keydown", save, true);
    model.off("msg:custom", tellOfView);
    model.off("change", show);
    model.off("comm_live_update", lose);
    post({ hidden: view });
  };
}

export default { render };
