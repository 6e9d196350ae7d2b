// The map at the right edge of a scan: where matches, what was found and facts stand, and what the window shows.
"use strict";

(() => {
  const reader = document.getElementById("reader");
  const map = document.getElementById("minimap");
  if (!reader || !map) return;

  const NAMESPACE = "http://www.w3.org/2000/svg";
  const TALL = 1000;
  const scan = reader.scan;
  const view = document.createElementNS(NAMESPACE, "rect");
  let outline = null;

  // A line at each place. Where it is not told where on a page, that is its middle.
  function path(name, pages) {
    const { tops, total, sizes, scales } = scan.laid;
    const heightAt = (number, share) => tops[number - 1] + sizes[number - 1][1] * scales[number - 1] * share / 100;
    const heights = pages.flatMap(([number, , ...shares]) => (
      (shares.length ? shares : [50]).map((share) => Math.round(TALL * heightAt(number, share) / total))
    ));
    const drawn = document.createElementNS(NAMESPACE, "path");
    drawn.setAttribute("d", Array.from(new Set(heights), (height) => `M0 ${height}h10`).join(""));
    drawn.setAttribute("class", name);
    return drawn;
  }

  function draw() {
    if (!outline) return;
    const svg = document.createElementNS(NAMESPACE, "svg");
    svg.setAttribute("viewBox", `0 0 10 ${TALL}`);
    svg.setAttribute("preserveAspectRatio", "none");
    const facts = outline.facts.map(([number, share]) => [number, 1, share]);
    svg.append(path("fact", facts), path("mark", outline.matches), path("found", outline.found), view);
    view.setAttribute("width", 10);
    map.replaceChildren(svg);
    map.hidden = false;
    move();
  }

  function move() {
    const { total } = scan.laid;
    view.setAttribute("y", TALL * scan.top() / total);
    view.setAttribute("height", Math.max(4, TALL * scan.below() / total));
  }

  function go(event) {
    const box = map.getBoundingClientRect();
    scan.scrollTo(scan.laid.total * (event.clientY - box.top) / box.height - scan.below() / 2);
  }

  map.addEventListener("pointerdown", (event) => {
    map.setPointerCapture(event.pointerId);
    event.preventDefault();
    go(event);
  });
  map.addEventListener("pointermove", (event) => {
    if (map.hasPointerCapture(event.pointerId)) go(event);
  });
  reader.addEventListener("scan:laid", draw);
  reader.addEventListener("scan:moved", move);
  async function take() {
    const asked = scan.outline;
    const told = await asked;
    if (asked !== scan.outline) return; // Something else is looked for by now.
    outline = told;
    draw();
  }
  reader.addEventListener("scan:renewed", take);
  take();
})();
