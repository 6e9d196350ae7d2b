// Buttons that copy a block of text. Without script they are not shown, and a click on a block selects it.
"use strict";

for (const button of document.querySelectorAll("button[data-copies]")) {
  const block = document.getElementById(button.dataset.copies);
  const status = button.nextElementSibling;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const copied = await copy(block);
    status.textContent = copied ? button.dataset.copied : button.dataset.failed;
  });
}

// Browsers lend the clipboard to pages over HTTPS and on this machine only; elsewhere the older way still works.
async function copy(block) {
  if (navigator.clipboard) {
    return navigator.clipboard.writeText(block.textContent).then(() => true, () => false);
  }
  getSelection().selectAllChildren(block);
  return document.execCommand("copy");
}
