// Choosing words on the image of a page: by dragging from the first to the last, or by clicking both. And words selected
// in the text of the page go into the form that cites them.
"use strict";

const layer = document.querySelector("#page-image [data-boxes]");
const bar = document.getElementById("selection");
if (layer && bar) {
  choosing(layer, bar);
}

const text = document.querySelector("article.text");
const quoted = document.getElementById("quote");
if (text && quoted) {
  document.addEventListener("selectionchange", () => {
    const selection = getSelection();
    if (!selection.isCollapsed && text.contains(selection.anchorNode) && text.contains(selection.focusNode)) {
      quoted.value = selection.toString().trim().slice(0, quoted.maxLength);
    }
  });
}

function choosing(group, panel) {
  const first = Number(group.dataset.first);
  const boxes = wordBoxes(group);
  let chosen = null; // The words where it began and where it ends now, as indexes on the page.
  let open = false; // Whether the next click ends what the last one began.
  let pressed = null; // The word where a mouse button went down and is held.

  const at = (event) => boxes.indexOf(document.elementFromPoint(event.clientX, event.clientY));

  function choose(from, to) {
    chosen = from === null ? null : [from, to];
    show(panel, boxes, chosen, first);
    noteOnQuote(); // A note begun on other words would be saved on them.
  }

  group.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "mouse" && event.button === 0 && at(event) >= 0) {
      pressed = at(event);
      event.preventDefault(); // Else the browser would drag the picture.
    }
  });
  group.addEventListener("pointermove", (event) => {
    const word = at(event);
    if (pressed !== null && word >= 0 && (word !== pressed || chosen?.[0] === pressed)) {
      choose(pressed, word);
    }
  });
  group.addEventListener("click", (event) => {
    const word = at(event);
    const dragged = pressed !== null && pressed !== word;
    pressed = null;
    if (word < 0 || dragged) {
      open = false;
    } else if (chosen && (open || event.shiftKey)) {
      open = false;
      choose(chosen[0], word);
    } else {
      open = true;
      choose(word, word);
    }
  });
  document.addEventListener("pointerup", () => {
    // A click comes after this, if the button went up over the image.
    setTimeout(() => { pressed = null; });
  });
  const none = () => { open = false; choose(null); };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      none();
    }
  });
  document.getElementById("choose-none").addEventListener("click", none);
  document.getElementById("note-on-words")?.addEventListener("click", () => noteOn(chosen, first));
  document.getElementById("select-hint")?.removeAttribute("hidden");
}

// A transparent box over each word.
function wordBoxes(group) {
  const edges = group.dataset.boxes.split(" ");
  const boxes = [];
  for (let start = 0; start < edges.length; start += 4) {
    const box = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    ["x", "y", "width", "height"].forEach((name, side) => box.setAttribute(name, edges[start + side]));
    box.classList.add("word");
    boxes.push(box);
  }
  group.append(...boxes);
  return boxes;
}

function sorted([from, to]) {
  return from <= to ? [from, to] : [to, from];
}

function show(panel, boxes, chosen, first) {
  const [from, to] = chosen ? sorted(chosen) : [1, 0];
  boxes.forEach((box, index) => box.classList.toggle("chosen", from <= index && index <= to));
  panel.hidden = !chosen;
  const count = to - from + 1;
  const form = new Intl.PluralRules(document.documentElement.lang).select(count);
  panel.querySelector("[role=status]").textContent = panel.dataset[form].replace(/[0-9]+/, count);
  for (const link of panel.querySelectorAll("[data-href]")) {
    link.href = link.dataset.href.replace("A-B", `${first + from}-${first + to}`);
  }
}

// The form of a note, for a quotation as it was before.
function noteOnQuote() {
  const quote = document.getElementById("noted-words");
  if (quote?.disabled) {
    quote.form.elements.words.value = "";
    quote.disabled = false;
    quote.placeholder = "";
  }
}

// The form of a note, for these words instead of a quotation.
function noteOn(chosen, first) {
  const quote = document.getElementById("noted-words");
  const [from, to] = sorted(chosen);
  quote.form.elements.words.value = `${first + from}-${first + to}`;
  quote.value = "";
  quote.disabled = true;
  quote.placeholder = quote.dataset.chosen;
  quote.closest("details").open = true;
  document.getElementById("note").focus();
}
