// Drawing a box on the image of a page: it goes into the form that masks it.
"use strict";

for (const section of document.querySelectorAll(".mask-page")) {
  const image = section.querySelector("figure .page-image");
  const form = section.querySelector(".mask-form");
  if (image && form) {
    drawing(image, form);
    section.querySelector(".mask-hint").hidden = false;
  }
}

function drawing(image, form) {
  const width = Number(image.dataset.width);
  const height = Number(image.dataset.height);
  const box = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  let start = null;
  box.classList.add("drawn");

  function at(event) {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(image.getScreenCTM().inverse());
    return [Math.min(Math.max(point.x, 0), width), Math.min(Math.max(point.y, 0), height)];
  }

  function draw(end) {
    const [left, right] = [start[0], end[0]].sort((a, b) => a - b);
    const [top, bottom] = [start[1], end[1]].sort((a, b) => a - b);
    Object.entries({ x: left, y: top, width: right - left, height: bottom - top })
      .forEach(([name, value]) => box.setAttribute(name, value));
    const shares = { left: left / width, top: top / height, right: right / width, bottom: bottom / height };
    Object.entries(shares).forEach(([name, share]) => { form.elements[name].value = (100 * share).toFixed(2); });
  }

  image.classList.add("drawable");
  image.addEventListener("pointerdown", (event) => {
    if (event.button === 0) {
      start = at(event);
      image.setPointerCapture(event.pointerId);
      event.preventDefault(); // Else the browser would drag the picture.
    }
  });
  image.addEventListener("pointermove", (event) => {
    if (start) {
      image.append(box);
      draw(at(event));
    }
  });
  image.addEventListener("pointerup", () => {
    if (start && box.isConnected) {
      form.closest("details").open = true;
      form.elements.quote.value = "";
      form.querySelector("select").focus();
    }
    start = null;
  });
}
