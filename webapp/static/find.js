// Finding in the document where the reader is: the list of what was found, its marks and the map come new; the scroll,
// the size and the panel stay. What the server refuses is shown as without script, on a page of its own.
"use strict";

(() => {
  const reader = document.getElementById("reader");
  const place = reader?.querySelector(".find");
  if (!place) return;

  const scan = reader.scan;
  const bar = reader.querySelector(".reader-bar");
  const form = place.querySelector("form");
  let newest = 0;

  async function find(address) {
    newest += 1;
    const mine = newest;
    place.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(address);
      const told = new DOMParser().parseFromString(await answer.text(), "text/html");
      const come = told.getElementById("reader");
      if (mine !== newest) return;
      if (!answer.ok || !come) throw new Error(answer.status);
      take(come);
    } catch {
      if (mine === newest) location.href = address;
    } finally {
      if (mine === newest) place.removeAttribute("aria-busy");
    }
  }

  function take(come) {
    const there = [place, come.querySelector(".find")];
    const [old, fresh] = there.map((one) => Array.from(one.children).filter((child) => child.tagName !== "FORM"));
    const hadFocus = old.some((one) => one.contains(document.activeElement));
    old.forEach((one) => one.remove());
    place.append(...fresh.map((one) => document.adoptNode(one)));
    hrefs(come);
    const field = form.elements.find;
    const steps = place.querySelector(".steps");
    field.value = there[1].querySelector("[name=find]").value;
    // What was found is gone through by keys. On a phone the field stands in the place of what is told.
    if (Number(steps?.dataset.at) || matchMedia("(max-width: 48rem)").matches) field.blur();
    else if (hadFocus) field.focus();
    for (const [at, link] of bar.querySelectorAll('.steps[data-kind="match"] > .button').entries()) {
      if (steps) delete link.dataset.key;
      else link.dataset.key = at ? "n" : "p";
    }
    scan.renew(come.dataset, Number(steps?.dataset.at ?? 0));
  }

  // Links to this page as it is seen now.
  function hrefs(come) {
    const [mine, others] = [bar, come].map((one) => one.querySelectorAll("#more a, .sizes a"));
    if (mine.length === others.length) mine.forEach((link, at) => link.setAttribute("href", others[at].getAttribute("href")));
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const address = new URL(form.action);
    address.search = new URLSearchParams(new FormData(form));
    find(address.href);
  });
  place.addEventListener("click", (event) => {
    const link = event.target.closest(".find > a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    find(link.href);
  });
})();
