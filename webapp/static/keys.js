// Keys for what a page offers: elements with data-key are followed or pressed. They can be switched off, which is kept
// on this device, because single keys get in the way of speech input (WCAG 2.1.4).
"use strict";

const dialog = document.getElementById("keys");
const toggle = document.getElementById("keys-switch");
const fields = { "/": "q", e: "value", f: "find", g: "number" };
const OFF = "dosije-keys-off";

// A browser may refuse storage; then the keys are on until the page is left.
function stored(change) {
  try {
    return change(localStorage);
  } catch {
    return null;
  }
}

toggle.checked = stored((storage) => storage.getItem(OFF)) === null;
toggle.addEventListener("change", () => {
  stored((storage) => (toggle.checked ? storage.removeItem(OFF) : storage.setItem(OFF, "1")));
});
for (const button of document.querySelectorAll("[data-keys]")) {
  button.hidden = false;
  button.addEventListener("click", () => dialog.showModal());
}

const current = () => document.activeElement?.closest(".hit") ?? document.querySelector(".hit.current");

// From one result to the next, by the link of its title: whoever has the focus there can open it or read on.
function step(by) {
  const titles = Array.from(document.querySelectorAll(".hit h3 a"));
  const at = titles.indexOf(document.activeElement?.closest(".hit")?.querySelector("h3 a"));
  titles[at < 0 ? 0 : Math.min(Math.max(at + by, 0), titles.length - 1)]?.focus();
}
// Whoever chooses goes on to the next one; with Shift, all from the one chosen last.
function choose(inRow) {
  const hit = current() ?? document.querySelector(".hit");
  hit?.querySelector("input.choose")?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, shiftKey: inRow }));
  hit?.querySelector("h3 a").focus();
  step(1);
}
const steps = {
  x: () => choose(false),
  X: () => choose(true),
  j: () => step(1),
  k: () => step(-1),
  o: () => current()?.querySelector("h3 a").click(),
};

// A drawer of the header is closed by Escape, and by a click beside it.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll(".menu[open]")) {
    menu.open = menu.contains(event.target);
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    document.querySelectorAll(".menu[open]").forEach((menu) => { menu.open = false; });
    // Out of a field that a key led into, so that the next key is no letter.
    if (Object.values(fields).includes(event.target.id)) {
      event.target.blur();
    }
  }
  const busy = event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || dialog.open;
  // Fields take every key, and what scrolls sideways takes the arrows. The switch of the closed dialog takes none: it has
  // the focus until the next frame where the button that opened the dialog is out of sight.
  const taken = (event.target.closest("input, textarea, select, [contenteditable]") && !dialog.contains(event.target))
    || (event.key.startsWith("Arrow") && event.target.closest(".scroll"));
  if (busy || taken || !toggle.checked) {
    return;
  }
  if (event.key === "?") {
    dialog.showModal();
  } else if (Object.hasOwn(fields, event.key)) {
    const field = document.getElementById(fields[event.key]);
    field?.focus();
    field?.select();
  } else if (Object.hasOwn(steps, event.key)) {
    steps[event.key]();
  } else {
    const target = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!target) {
      return;
    }
    target.click();
  }
  event.preventDefault();
});
