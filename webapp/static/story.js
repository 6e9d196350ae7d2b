// Adding to a story without leaving the page, ordering the items of a story and writing in it. Without script, the same
// forms and buttons do all of it, each with a page that answers.
"use strict";

const here = document.currentScript.src;
const { noNetwork } = document.currentScript.dataset;

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
  const answer = await fetch(form.action, { method: "POST", body: sent, headers }).catch(() => null);
  if (!answer) {
    told(noNetwork);
    return true;
  }
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

// A form that cannot be sent would leave the page, with all that was typed, for the browser's own words. A computer that
// is on no network reaches the room that runs on it all the same, so that is tried.
let isReached = false;

document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  if (navigator.onLine || isReached || form.method !== "post") {
    return;
  }
  event.preventDefault();
  event.stopImmediatePropagation();
  fetch(here, { method: "HEAD", cache: "no-store" }).then(() => {
    isReached = true;
    form.requestSubmit(submitter);
    isReached = false;
  }, () => told(noNetwork));
}, true);

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

// What a link points at, or has the focus, is added by one key, wherever it is shown; and this page, where none is.
const things = /^\/(documents\/[0-9a-f]{8,}(\/(pages|clauses)\/[^/]+)?|cite\/.+|c\/\w+|(vendors|annotations)\/[^/]+|findings\/[^/]+\/cell)$/;

function thing(place) {
  const isSearch = place.pathname === "/" && place.search.length > 1;
  return isSearch || things.test(place.pathname) ? place.pathname + place.search : null;
}

function pointed() {
  const link = document.activeElement?.closest("main a[href]") ?? document.querySelector("main a[href]:hover");
  return link && link.origin === location.origin ? thing(link) : null;
}

document.addEventListener("keydown", (event) => {
  const isTaken = event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey
    || event.target.closest("input:not(.choose), textarea, select") || !document.getElementById("keys-switch").checked;
  if (event.key !== "a" || isTaken || document.querySelector("dialog[open], input.choose:checked")) {
    return;
  }
  const item = pointed() ?? (document.querySelector('[data-key="a"]') ? null : thing(location));
  if (item) {
    event.preventDefault();
    const form = document.createElement("form");
    Object.assign(form, { method: "post", action: "/stories", className: "add-to-story", hidden: true });
    for (const [name, value] of [["item", item], ["back", location.pathname + location.search]]) {
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name, value });
      form.append(field);
    }
    document.body.append(form);
    form.requestSubmit();
  }
}, true);

// An item that is dragged by its grip goes behind the one before its new place.
const list = document.querySelector("[data-story]");
let dragged = null;

list?.addEventListener("dragstart", (event) => {
  dragged = event.target.closest("[data-item]");
  dragged.classList.add("dragged");
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setDragImage(dragged, 8, 8);
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
  dragged?.classList.remove("dragged");
  if (form) {
    form.querySelectorAll("input[type=hidden]").forEach((field) => field.remove());
    for (const [name, value] of [["do", "behind"], ["after", dragged.previousElementSibling?.dataset.item ?? ""]]) {
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name, value });
      form.append(field);
    }
    form.requestSubmit();
  }
  dragged = null;
});

// Own words are changed where they stand: Ctrl+Enter saves, Escape leaves them as they were. The field has the focus
// at once: a toggle event comes later, and what is typed until then would be lost, or fold the field again.
list?.addEventListener("click", (event) => {
  const fold = event.target.closest("details.in-place > summary")?.parentNode;
  if (!fold || fold.open) {
    return;
  }
  event.preventDefault();
  fold.open = true;
  const text = fold.querySelector("textarea");
  text.focus();
  text.setSelectionRange(text.value.length, text.value.length);
});

document.addEventListener("keydown", (event) => {
  const form = event.target.closest("form.writing");
  const open = event.target.closest("details.in-place");
  if (form && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    form.requestSubmit(form.querySelector("button"));
  } else if (open && event.key === "Escape") {
    open.querySelector("form").reset();
    open.open = false;
    open.querySelector("summary").focus();
  }
});

// Alt and an arrow move the item that has the focus, which it keeps on the page that answers.
list?.addEventListener("keydown", (event) => {
  const way = { ArrowUp: "up", ArrowDown: "down" }[event.key];
  const button = event.altKey && way && event.target.closest("[data-item]")?.querySelector(`button[value=${way}]`);
  if (button && !event.target.closest("textarea")) {
    event.preventDefault();
    button.form.requestSubmit(button);
  }
});

if (list && location.hash.startsWith("#item-")) {
  document.getElementById(location.hash.slice(1))?.focus();
}
