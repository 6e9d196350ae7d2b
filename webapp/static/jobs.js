// Looks again, every few seconds, at what is still at work, until it has ended or the reader stops it. Where a page says
// which of its parts change, only these are put in, so that nobody loses their place; else the page is shown anew.
"use strict";
const SECONDS = 3;
const address = location.pathname + location.search;
const timer = setInterval(look, 1000 * SECONDS);

// What was typed into a search box would be lost with the page.
function showAnew() {
  const boxes = Array.from(document.querySelectorAll("input[type=search]"));
  if (boxes.every((box) => box.value === box.defaultValue)) {
    clearInterval(timer);
    if (scrollY) {
      location.reload();
    } else {
      // A browser that reloads looks for what was on top, which may stand far down on the new page.
      location.replace(address);
    }
  }
}

async function look() {
  if (location.pathname + location.search !== address) {
    // A search was answered in place, which is another page.
    clearInterval(timer);
    return;
  }
  const parts = document.querySelectorAll("[data-live]");
  if (!parts.length) {
    showAnew();
    return;
  }
  try {
    const answer = await fetch(location.href);
    const now = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!now.querySelector("[data-stops]")) {
      showAnew();
      return;
    }
    for (const part of parts) {
      const fresh = now.querySelector(`[data-live="${part.dataset.live}"]`);
      if (fresh && fresh.innerHTML !== part.innerHTML) {
        part.replaceChildren(...fresh.childNodes);
      }
    }
  } catch {
    // The server does not answer; it is asked again.
  }
}

for (const button of document.querySelectorAll("[data-stops]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    clearInterval(timer);
    button.disabled = true;
  });
}
