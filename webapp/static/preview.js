// The page of the current result beside the results, at the words that were found: that of the result with the focus,
// or of what the pointer rests on. Where the window has no room for it, nothing is asked for.
"use strict";

(() => {
  const REST = 120;
  const KEPT = 30;
  const shown = new Map();
  let wanted = "";
  let timer = 0;
  let pointer = [0, 0];

  const pane = () => document.getElementById("preview");
  const hasRoom = () => pane() !== null && getComputedStyle(pane()).display !== "none";

  async function part(address) {
    if (!shown.has(address)) {
      const answer = await fetch(address, { headers: { "X-Requested-With": "preview" } });
      if (!answer.ok) {
        return "";
      }
      shown.set(address, await answer.text());
      if (shown.size > KEPT) {
        shown.delete(shown.keys().next().value);
      }
    }
    return shown.get(address);
  }

  async function show(link) {
    const address = new URL(link.href);
    address.pathname += "/preview";
    address.hash = "";
    wanted = address.href;
    const html = await part(wanted);
    const place = pane();
    if (wanted !== address.href || !place) {
      return;
    }
    place.innerHTML = html;
    const sheet = place.querySelector(".sheet-of-hit");
    const match = sheet?.querySelector(".current");
    if (match) {
      const box = match.getBoundingClientRect();
      const around = sheet.getBoundingClientRect();
      sheet.scrollTop = box.top - around.top - sheet.clientHeight / 3;
      sheet.scrollLeft = box.right - around.left - sheet.clientWidth * 0.8;
    }
  }

  // A result becomes the current one; `link` leads to the page of it that is shown.
  function choose(hit, link, wait) {
    document.querySelectorAll(".hit.current").forEach((other) => other.classList.toggle("current", other === hit));
    hit.classList.add("current");
    clearTimeout(timer);
    if (link && hasRoom()) {
      timer = setTimeout(() => show(link), wait);
    }
  }

  function begin() {
    const hit = document.querySelector(".hit:has(> .leaf)");
    if (hit && hasRoom() && !document.querySelector(".hit.current")) {
      choose(hit, hit.querySelector(".leaf"), 0);
    }
  }

  document.addEventListener("focusin", (event) => {
    const hit = event.target.closest(".hit");
    if (hit && hit.querySelector(".leaf")) {
      choose(hit, event.target.closest(".lines a") ?? hit.querySelector(".leaf"), 0);
    }
  });

  // What scrolls below a pointer that rests has not been pointed at.
  document.addEventListener("pointermove", (event) => {
    const [x, y] = pointer;
    pointer = [event.clientX, event.clientY];
    const hit = event.target.closest?.(".hit");
    if (event.pointerType === "touch" || !hit?.querySelector(".leaf") || Math.abs(x - event.clientX) + Math.abs(y - event.clientY) < 2) {
      return;
    }
    const link = event.target.closest(".lines li")?.querySelector("a") ?? hit.querySelector(".leaf");
    if (!hit.classList.contains("current") || event.target.closest(".lines li")) {
      choose(hit, link, REST);
    }
  });

  // From match to match within the preview; the links lead to the page where there is none.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("#preview [data-match]");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      show(link);
    }
  });

  document.addEventListener("htmx:afterSwap", begin);
  window.matchMedia("(min-width: 75rem)").addEventListener("change", begin);
  begin();
})();
