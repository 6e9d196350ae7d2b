// Choosing words on the images of pages: by dragging from the first to the last, or by clicking both, over pages that
// lie below each other, too. And words selected in the text of the page go into the form that cites them.
"use strict";

(() => {
  const panel = document.getElementById("selection");
  const scan = document.getElementById("scan");
  if (!panel || !scan) return;

  let chosen = null; // The words where it began and where it ends now, by their numbers in the reading.
  let open = false; // Whether the next click ends what the last one began.
  let pressed = null; // The word where a mouse button went down and is held.
  let goes = {}; // Where the chosen words lead, by what is done with them.

  const number = (box) => (box?.matches?.(".word") ? box.word : null);
  const at = (event) => number(document.elementFromPoint(event.clientX, event.clientY));
  const sorted = ([from, to]) => (from <= to ? [from, to] : [to, from]);

  // A transparent box over each word of a page.
  function lay(section) {
    const group = section.querySelector("g[data-boxes]");
    if (!group) return;
    if (!group.querySelector(".word")) {
      const edges = group.dataset.boxes.split(" ");
      const boxes = [];
      for (let start = 0; start < edges.length; start += 4) {
        const box = document.createElementNS("http://www.w3.org/2000/svg", "rect");
        ["x", "y", "width", "height"].forEach((name, side) => box.setAttribute(name, edges[start + side]));
        box.classList.add("word");
        box.word = Number(group.dataset.first) + start / 4;
        boxes.push(box);
      }
      group.append(...boxes);
    }
    paint(group);
  }

  function paint(group) {
    const [from, to] = chosen ? sorted(chosen) : [1, 0];
    for (const box of group.querySelectorAll(".word")) {
      box.classList.toggle("chosen", from <= box.word && box.word <= to);
    }
  }

  function choose(from, to) {
    chosen = from === null ? null : [from, to];
    scan.querySelectorAll("g[data-boxes]").forEach(paint);
    show();
    noteOnQuote(); // A note begun on other words would be saved on them.
  }

  function show() {
    panel.hidden = !chosen;
    if (!chosen) return;
    const [from, to] = sorted(chosen);
    const group = Array.from(scan.querySelectorAll("g[data-boxes]")).find((one) => {
      const first = Number(one.dataset.first);
      return first <= from && from < first + one.querySelectorAll(".word").length;
    });
    if (group) goes = { ...group.dataset, page: group.closest(".scan-page").dataset.number };
    const count = to - from + 1;
    const form = new Intl.PluralRules(document.documentElement.lang).select(count);
    panel.querySelector("[role=status]").textContent = panel.dataset[form].replace(/[0-9]+/, count);
    for (const link of panel.querySelectorAll("[data-goes]")) {
      link.href = goes[link.dataset.goes].replace("A-B", `${from}-${to}`);
    }
  }

  scan.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "mouse" && event.button === 0 && at(event) !== null) {
      pressed = at(event);
      event.preventDefault(); // Else the browser would drag the picture.
    }
  });
  scan.addEventListener("pointermove", (event) => {
    const word = pressed === null ? null : at(event);
    if (word !== null && (word !== pressed || chosen?.[0] === pressed)) choose(pressed, word);
  });
  scan.addEventListener("click", (event) => {
    const word = at(event);
    const dragged = pressed !== null && pressed !== word;
    pressed = null;
    if (word === null || dragged) {
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
    if (event.key === "Escape") none();
  });
  document.getElementById("choose-none").addEventListener("click", none);
  document.getElementById("note-on-words")?.addEventListener("click", noteOn);
  document.getElementById("select-hint")?.removeAttribute("hidden");

  // The form of a note, for a quotation as it was before.
  function noteOnQuote() {
    const quote = document.getElementById("noted-words");
    if (quote?.disabled) {
      quote.form.elements.words.value = "";
      quote.disabled = false;
      quote.placeholder = "";
    }
  }

  // The form of a note, for the chosen words instead of a quotation. Its tab is opened by the link to it.
  function noteOn() {
    const quote = document.getElementById("noted-words");
    quote.form.elements.words.value = sorted(chosen).join("-");
    quote.form.elements.page.value = goes.page;
    quote.value = "";
    quote.disabled = true;
    quote.placeholder = quote.dataset.chosen;
    quote.closest("details").open = true;
    document.dispatchEvent(new CustomEvent("panel:open", { detail: "notes" }));
    document.getElementById("note").focus();
  }

  document.addEventListener("scan:shown", (event) => lay(event.detail));
  scan.querySelectorAll(".scan-page").forEach(lay);

  document.addEventListener("selectionchange", () => {
    const selection = getSelection();
    const text = selection.anchorNode?.parentElement?.closest("article.text");
    const quoted = document.getElementById("quote");
    if (quoted && text && !selection.isCollapsed && text.contains(selection.focusNode)) {
      quoted.value = selection.toString().trim().slice(0, quoted.maxLength);
    }
  });
})();
