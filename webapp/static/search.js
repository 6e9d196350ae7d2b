// What a refresh of the results in place must not lose: what is folded open, where the reader is, and the count told
// to screen readers. Without script, or when a refresh fails, the form is sent as any form.
"use strict";

let open = [];
let focused = null;

document.addEventListener("htmx:beforeSwap", () => {
  open = Array.from(document.querySelectorAll("#page details[open]"), (fold) => fold.id);
  focused = document.activeElement.id;
});

document.addEventListener("htmx:afterSwap", () => {
  for (const id of open) {
    document.getElementById(id)?.setAttribute("open", "");
  }
  // A link that took itself away, as that of a filter that was removed, leaves the reader at the results.
  (document.getElementById(focused) ?? document.getElementById("results")).focus({ preventScroll: true });
  document.getElementById("told").textContent = document.getElementById("count").textContent;
});

// The links to the other languages stand outside of what is refreshed; they must lead back to what is shown now.
document.addEventListener("htmx:pushedIntoHistory", (event) => {
  for (const link of document.querySelectorAll(".site a[hreflang]")) {
    const address = new URL(link.href);
    address.searchParams.set("back", event.detail.path);
    link.href = address;
  }
});

// An error is a page with the way back; a server that does not answer is for the browser to tell of.
for (const failed of ["htmx:responseError", "htmx:sendError"]) {
  document.addEventListener(failed, () => document.getElementById("search").submit());
}
