// Buttons that copy a block of text, some with its rich text for word processors. Without script they are not shown, and
// a click on a block selects it.
"use strict";

for (const button of document.querySelectorAll("button[data-copies]")) {
  const block = document.getElementById(button.dataset.copies);
  const rich = document.getElementById(button.dataset.rich ?? "");
  const status = button.nextElementSibling;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const copied = await copy(block, rich);
    status.textContent = copied ? button.dataset.copied : button.dataset.failed;
  });
}

// Browsers lend the clipboard to pages over HTTPS and on this machine only; elsewhere the older way still works.
async function copy(block, rich) {
  if (rich) {
    return copyRich(block.textContent, rich.innerHTML);
  }
  if (navigator.clipboard) {
    return navigator.clipboard.writeText(block.textContent).then(() => true, () => false);
  }
  getSelection().selectAllChildren(block);
  return document.execCommand("copy");
}

// Plain and rich text together. The older way asks what to copy by an event.
async function copyRich(text, html) {
  if (navigator.clipboard && window.ClipboardItem) {
    const kinds = { "text/plain": text, "text/html": html };
    const blobs = Object.entries(kinds).map(([kind, told]) => [kind, new Blob([told], { type: kind })]);
    return navigator.clipboard.write([new ClipboardItem(Object.fromEntries(blobs))]).then(() => true, () => false);
  }
  const put = (event) => {
    event.preventDefault();
    event.clipboardData.setData("text/plain", text);
    event.clipboardData.setData("text/html", html);
  };
  document.addEventListener("copy", put);
  const copied = document.execCommand("copy");
  document.removeEventListener("copy", put);
  return copied;
}
