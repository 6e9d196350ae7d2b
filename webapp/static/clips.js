// Shows, beside a number that has the pointer or the focus, the cut of the page where its words stand. Escape hides it.
"use strict";

(() => {
  const WAIT = 250;
  const box = document.createElement("div");
  const shown = new Map();
  let timer = 0;
  let over = null;

  box.className = "clip-box";
  box.id = "clip";
  box.hidden = true;
  box.setAttribute("role", "tooltip");
  document.body.append(box);

  async function clip(address) {
    if (!shown.has(address)) {
      const answer = await fetch(address, { headers: { "X-Requested-With": "clip" } });
      shown.set(address, answer.ok ? await answer.text() : "");
    }
    return shown.get(address);
  }

  function place(number) {
    const at = number.getBoundingClientRect();
    const width = Math.min(448, document.documentElement.clientWidth - 16);
    const left = Math.min(Math.max(8, at.left), document.documentElement.clientWidth - width - 8);
    box.style.setProperty("width", `${width}px`);
    box.style.setProperty("left", `${left + window.scrollX}px`);
    box.style.setProperty("top", `${at.bottom + window.scrollY + 6}px`);
  }

  async function show(number) {
    over = number;
    const html = await clip(number.dataset.clip);
    if (over !== number || !html) return;
    box.innerHTML = html;
    place(number);
    box.hidden = false;
    number.setAttribute("aria-describedby", "clip");
  }

  function hide() {
    clearTimeout(timer);
    if (over) over.removeAttribute("aria-describedby");
    over = null;
    box.hidden = true;
  }

  function begin(event) {
    const number = event.target.closest("[data-clip]");
    if (!number || number === over) return;
    hide();
    timer = setTimeout(() => show(number), WAIT);
  }

  function end(event) {
    const into = event.relatedTarget;
    if (into instanceof Node && (box.contains(into) || (over && over.contains(into)))) return;
    hide();
  }

  document.addEventListener("pointerover", begin);
  document.addEventListener("focusin", begin);
  document.addEventListener("pointerout", (event) => {
    if (event.target.closest("[data-clip]") || box.contains(event.target)) end(event);
  });
  document.addEventListener("focusout", end);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
  });
})();
