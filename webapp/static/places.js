// What is pointed at in the ranking of places lights up on the map, and the reverse.
"use strict";

const rows = new Map(Array.from(document.querySelectorAll(".ranked [data-place]"), (row) => [row.dataset.place, row]));
const areas = new Map(Array.from(document.querySelectorAll(".places .map a"), (area) => [placeOf(area), area]));

function placeOf(area) {
  const told = area.getAttribute("aria-label");
  return told.slice(0, told.lastIndexOf(": "));
}

function light(event) {
  const row = event.target.closest(".ranked [data-place]"), area = event.target.closest(".places .map a");
  const place = row ? row.dataset.place : area && placeOf(area);
  for (const lit of document.querySelectorAll(".places .lit")) {
    lit.classList.remove("lit");
  }
  rows.get(place)?.classList.add("lit");
  areas.get(place)?.classList.add("lit");
}
document.addEventListener("pointerover", light);
document.addEventListener("focusin", light);
