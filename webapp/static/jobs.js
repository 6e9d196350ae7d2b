// Looks again, every few seconds, at what is still at work, until it has ended or the reader stops it. Where a page says
// which of its parts change, only these are put in, so that nobody loses their place; else the page is shown anew.
"use strict";
const SECONDS = 3;
const timer = setInterval(look, 1000 * SECONDS);

async function look() {
  const parts = document.querySelectorAll("[data-live]");
  if (!parts.length) {
    location.reload();
    return;
  }
  try {
    const answer = await fetch(location.href);
    const now = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!now.querySelector("[data-stops]")) {
      clearInterval(timer);
      location.reload();
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
