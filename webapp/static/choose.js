// Choosing results: several in a row with Shift, all of a search, and those of other pages, which are kept in this tab
// until they are let go. Without script, the boxes and the buttons below the results do the same for one page.
"use strict";

(() => {
  const KEPT = "dosije-chosen";
  let last = null;

  const boxes = () => Array.from(document.querySelectorAll("input.choose"));
  const form = () => document.getElementById("chosen");
  const placeOf = (address) => new URL(address, location.href).pathname;

  // A browser may refuse storage; then what is chosen lasts as long as the page.
  function kept() {
    try {
      return JSON.parse(sessionStorage.getItem(KEPT) ?? "[]");
    } catch {
      return [];
    }
  }

  function keep(addresses) {
    try {
      sessionStorage.setItem(KEPT, JSON.stringify(addresses));
    } catch {
      // It lasts as long as the page.
    }
  }

  // What is chosen on other pages goes with the form as hidden fields.
  function elsewhere(addresses) {
    form().querySelectorAll("[data-elsewhere-item]").forEach((field) => field.remove());
    for (const address of addresses) {
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name: "item", value: address });
      field.dataset.elsewhereItem = "";
      form().append(field);
    }
  }

  function told(count, away) {
    const data = form().dataset;
    const plural = new Intl.PluralRules(document.documentElement.lang).select(count);
    const text = (data[plural] ?? data.other).replace(/[0-9]+/, count.toLocaleString(document.documentElement.lang));
    return away ? `${text}, ${data.elsewhere.replace("#", away)}` : text;
  }

  function show() {
    if (!form()) {
      return;
    }
    const here = new Set(boxes().map((box) => placeOf(box.value)));
    const away = kept().filter((address) => !here.has(placeOf(address)));
    const chosen = boxes().filter((box) => box.checked);
    const all = form().elements.namedItem("all");
    const count = chosen.length + away.length;
    keep([...away, ...chosen.map((box) => box.value)]);
    elsewhere(all?.checked ? [] : away);
    const status = form().querySelector("[role=status]");
    status.dataset.plain ??= status.textContent;
    status.textContent = all?.checked ? "" : count ? told(count, away.length) : status.dataset.plain;
    const add = form().querySelector("button[data-key=a]");
    add.dataset.plain ??= add.textContent;
    add.textContent = count && !all?.checked ? form().dataset.add.replace("#", count) : add.dataset.plain;
    form().classList.toggle("some", count > 0 || Boolean(all?.checked));
    form().querySelector("[type=reset]").hidden = count === 0 && !all?.checked;
    const two = all?.checked ? all.parentNode.textContent.match(/\b2\b/) !== null : count === 2;
    form().querySelector("[value=compare]").disabled = !two;
  }

  // From the box that was chosen last to this one, all become as this one is.
  function row(box) {
    const listed = boxes();
    const [from, to] = [listed.indexOf(last), listed.indexOf(box)].sort((one, other) => one - other);
    if (from >= 0) {
      listed.slice(from, to + 1).forEach((other) => { other.checked = box.checked; });
    }
  }

  function begin() {
    const chosen = new Set(kept().map(placeOf));
    boxes().forEach((box) => { box.checked ||= chosen.has(placeOf(box.value)); });
    last = null;
    show();
  }

  document.addEventListener("click", (event) => {
    const box = event.target.closest?.("input.choose");
    if (!box) {
      return;
    }
    if (event.shiftKey) {
      row(box);
    }
    last = box;
    const all = form().elements.namedItem("all");
    if (all && !box.checked) {
      all.checked = false;
    }
    show();
  });

  document.addEventListener("change", (event) => {
    if (event.target.name === "all" && event.target.form === form()) {
      boxes().forEach((box) => { box.checked = event.target.checked; });
      show();
    }
  });

  function none() {
    keep([]);
    boxes().forEach((box) => { box.checked = false; });
    show();
  }
  document.addEventListener("reset", (event) => event.target === form() && setTimeout(none));
  document.addEventListener("dosije:added", none);
  // What is added by a page that answers is let go, too.
  document.addEventListener("submit", (event) => {
    if (event.target === form() && !event.defaultPrevented && !event.submitter?.hasAttribute("formaction")) {
      keep([]);
    }
  });
  document.addEventListener("htmx:afterSwap", begin);
  window.addEventListener("pageshow", begin);
})();
