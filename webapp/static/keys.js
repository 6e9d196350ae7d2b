// Keys for what a page offers: elements with data-key are followed or pressed. They can be switched off, which is kept
// on this device, because single keys get in the way of speech input (WCAG 2.1.4).
"use strict";

const dialog = document.getElementById("keys");
const button = document.getElementById("keys-button");
const toggle = document.getElementById("keys-switch");
const fields = { "/": "q", f: "find" };
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
button.hidden = false;
button.addEventListener("click", () => dialog.showModal());

document.addEventListener("keydown", (event) => {
  const busy = event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || dialog.open;
  // Fields take every key, and what scrolls sideways takes the arrows.
  const taken = event.target.closest("input, textarea, select, [contenteditable]")
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
  } else {
    const target = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!target) {
      return;
    }
    target.click();
  }
  event.preventDefault();
});
