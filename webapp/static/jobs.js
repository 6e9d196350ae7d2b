// Looks again, every few seconds, at a job that is still at work, until the reader stops it.
"use strict";
const timer = setInterval(() => location.reload(), 3000);
for (const button of document.querySelectorAll("[data-stops]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    clearInterval(timer);
    button.disabled = true;
  });
}
