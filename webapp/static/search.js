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
  document.getElementById("told").textContent = document.getElementById("count")?.textContent ?? "";
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
  document.addEventListener(failed, (event) => (event.target.closest("form") ?? document.getElementById("search")).submit());
}

// A stretch of the bars of years that is dragged over is chosen, as the form below them would. Without a stretch it is
// a click on one bar, which is a link.
let brush = null;

function yearAt(svg, event) {
  const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  const { margin, pitch } = svg.dataset;
  const most = Math.round((svg.viewBox.baseVal.width - 2 * margin) / pitch) - 1;
  return Math.min(Math.max(Math.floor((point.x - margin) / pitch), 0), most);
}

document.addEventListener("pointerdown", (event) => {
  const svg = event.target.closest?.(".years svg");
  if (svg && event.button === 0) {
    brush = { svg, from: yearAt(svg, event), to: null, x: event.clientX };
  }
});

document.addEventListener("pointermove", (event) => {
  if (!brush || (brush.to === null && Math.abs(event.clientX - brush.x) < 4)) {
    return;
  }
  brush.to = yearAt(brush.svg, event);
  brush.shade ??= brush.svg.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "rect"));
  const { margin, pitch } = brush.svg.dataset;
  const [first, last] = [brush.from, brush.to].sort((one, other) => one - other);
  const edges = { class: "brushed", x: Number(margin) + first * pitch, y: 0, width: (last - first + 1) * pitch, height: brush.svg.viewBox.baseVal.height };
  Object.entries(edges).forEach(([name, value]) => brush.shade.setAttribute(name, value));
});

document.addEventListener("pointerup", () => {
  if (brush && brush.to !== null) {
    const form = document.getElementById("year-range");
    const [first, last] = [brush.from, brush.to].sort((one, other) => one - other);
    const { begin, step } = form.dataset;
    form.elements.from.value = Number(begin) + first * step;
    form.elements.to.value = Number(begin) + (last + 1) * step - 1;
    form.requestSubmit();
    setTimeout(() => { brush = null; });
  } else {
    brush = null;
  }
});
document.addEventListener("pointercancel", () => { brush?.shade?.remove(); brush = null; });
document.addEventListener("dragstart", (event) => event.target.closest?.(".years svg") && event.preventDefault());
document.addEventListener("click", (event) => {
  if (brush && brush.to !== null) {
    event.preventDefault();
    event.stopPropagation();
  }
}, true);
