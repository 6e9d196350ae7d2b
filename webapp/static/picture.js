// Pictures as PNG: kept as a file, or copied for a word processor. The server draws them as SVG; here they get pixels.
"use strict";

(() => {
  const SHARP = 2; // Pixels for each unit of the drawing, so that print is sharp.

  async function png(address) {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.naturalWidth * SHARP;
    canvas.height = image.naturalHeight * SHARP;
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return new Promise((done) => canvas.toBlob(done, "image/png"));
  }

  function name(address) {
    const at = new URL(address, location.href);
    const kind = at.searchParams.get("picture");
    const file = decodeURIComponent(at.pathname.split("/").pop()).replace(/\.svg$/, "");
    return `${kind ? `${file}-${kind}` : file}.png`;
  }

  async function keep(address) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await png(address));
    link.download = name(address);
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  async function copy(address) {
    const picture = new ClipboardItem({ "image/png": png(address) });
    return navigator.clipboard.write([picture]).then(() => true, () => false);
  }

  for (const row of document.querySelectorAll("[data-picture]")) {
    const [kept, copied] = [row.querySelector("[data-png]"), row.querySelector("[data-copies-picture]")];
    kept.hidden = false;
    kept.addEventListener("click", () => keep(row.dataset.picture));
    // Browsers lend the clipboard for pictures to pages over HTTPS and on this machine only.
    copied.hidden = !(navigator.clipboard && window.ClipboardItem);
    copied.addEventListener("click", async () => {
      const done = await copy(row.dataset.picture);
      row.querySelector("[role=status]").textContent = done ? copied.dataset.copied : copied.dataset.failed;
    });
  }
})();
