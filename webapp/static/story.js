// Adding to a story without leaving the page, and dragging the items of a story. Without script, the same forms and
// buttons do all of it, each with a page that answers.
"use strict";

function told(text) {
  let place = document.getElementById("story-told");
  if (!place) {
    place = document.createElement("p");
    place.id = "story-told";
    place.className = "story-told";
    place.setAttribute("role", "status");
    document.body.append(place);
  }
  place.textContent = text;
}

async function add(form, submitter) {
  const sent = new URLSearchParams(new FormData(form, submitter));
  const headers = { Accept: "application/json" };
  const answer = await fetch(form.action, { method: "POST", body: sent, headers });
  if (!answer.ok || !answer.headers.get("Content-Type").startsWith("application/json")) {
    return false;
  }
  const story = await answer.json();
  told(story.told);
  const number = document.querySelector("#story .quiet");
  if (number) {
    number.textContent = story.count;
  }
  document.dispatchEvent(new Event("dosije:added"));
  return true;
}

// The plain way: a page that answers. It is also what says what failed.
function send(form, submitter) {
  form.dataset.plain = "1";
  form.requestSubmit(submitter ?? undefined);
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  // A button with an address of its own leads to a page: citations, a comparison, a packet.
  const adds = form.matches(".add-to-story, .chosen") && !event.submitter?.hasAttribute("formaction");
  if (!adds || form.dataset.plain || !document.querySelector("#story .quiet")) {
    return;
  }
  event.preventDefault();
  add(form, event.submitter).then((done) => done || send(form, event.submitter), () => send(form, event.submitter));
});

// An item that is dragged goes behind the one before its new place.
const list = document.querySelector("[data-story]");
let dragged = null;

list?.addEventListener("dragstart", (event) => {
  dragged = event.target.closest("[data-item]");
  event.dataTransfer.effectAllowed = "move";
});

list?.addEventListener("dragover", (event) => {
  const over = event.target.closest("[data-item]");
  if (!dragged || !over || over === dragged) {
    return;
  }
  event.preventDefault();
  const box = over.getBoundingClientRect();
  over.parentNode.insertBefore(dragged, event.clientY < box.top + box.height / 2 ? over : over.nextSibling);
});

list?.addEventListener("drop", (event) => event.preventDefault());

list?.addEventListener("dragend", () => {
  const form = dragged?.querySelector("form.move");
  if (form) {
    for (const [name, value] of [["do", "behind"], ["after", dragged.previousElementSibling?.dataset.item ?? ""]]) {
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name, value });
      form.append(field);
    }
    form.submit();
  }
  dragged = null;
});
