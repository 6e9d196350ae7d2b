// The panel beside the scan: one tab at a time, and facts that light up on the page, and the reverse. What stands on the
// page of the document is fetched from there when its tab is opened.
"use strict";

(() => {
  const reader = document.getElementById("reader");
  const panel = document.getElementById("panel");
  if (!panel) return;
  const scan = document.getElementById("scan");
  const tabs = panel.querySelector(".tabs");
  const button = document.getElementById("panel-button");
  const kept = reader?.scan.state ?? {};
  let shownPage = Number(reader?.dataset.number ?? 0);
  let whole = null; // The page of the document, once it was asked for.

  const keep = (more) => reader?.scan.keep(more);
  const section = (tab) => panel.querySelector(`section[data-tab="${tab}"]`);
  const isPhone = () => matchMedia("(max-width: 48rem)").matches;

  // --- Tabs ---

  async function page(address) {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(answer.status);
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  }

  // What is of the whole document comes from its page.
  async function load(tab) {
    const there = section(tab);
    if (there && (there.dataset.loaded || tab === "text" || isDocument())) return there;
    whole ??= page(panel.closest(".reader").dataset.document);
    const come = (await whole).querySelector(`section[data-tab="${tab}"]`);
    if (!come) return there;
    if (there) there.querySelector("[data-loads]").replaceWith(document.adoptNode(come.querySelector("[data-loads]")));
    else panel.append(document.adoptNode(come));
    section(tab).dataset.loaded = "1";
    return section(tab);
  }

  const isDocument = () => section("facts") && !section("facts").dataset.loaded;

  async function open(tab) {
    let wanted = null;
    try {
      wanted = await load(tab);
    } catch {
      whole = null;
    }
    if (!wanted) return false;
    for (const one of panel.querySelectorAll("section[data-tab]")) one.classList.toggle("open", one === wanted);
    for (const link of tabs.children) {
      if (link.dataset.opens === tab) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    keep({ tab });
    return true;
  }

  function show(isShown) {
    panel.closest(".reader").dataset.panel = isShown ? "open" : "closed";
    button?.setAttribute("aria-expanded", isShown);
    if (isShown && isPhone()) panel.focus({ preventScroll: true });
  }

  tabs.addEventListener("click", async (event) => {
    const link = event.target.closest("a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (!(await open(link.dataset.opens))) location.href = link.href;
    panel.scrollTop = 0;
  });

  button?.addEventListener("click", () => {
    const isShown = button.getAttribute("aria-expanded") !== "true";
    show(isShown);
    if (!isPhone()) keep({ panel: isShown });
  });

  // The parts of a long list take the place of each other.
  panel.addEventListener("click", async (event) => {
    const link = event.target.closest(".sorts a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const tab = link.closest("[data-tab]").dataset.tab;
    try {
      const come = (await page(link.href)).querySelector(`section[data-tab="${tab}"] [data-loads]`);
      for (const fold of come.querySelectorAll("details")) fold.open = fold.querySelector(".sorts") !== null;
      section(tab).querySelector("[data-loads]").replaceWith(document.adoptNode(come));
    } catch {
      location.href = link.href;
    }
  });

  function begin() {
    const named = document.getElementById(location.hash.slice(1))?.closest("[data-tab]")?.dataset.tab;
    const fold = document.getElementById(location.hash.slice(1))?.closest("details");
    if (fold && panel.contains(fold)) fold.open = true;
    show(isPhone() ? false : kept.panel ?? true);
    if (named ?? kept.tab) open(named ?? kept.tab);
    else keep({ tab: tabs.querySelector("[aria-current]").dataset.opens });
  }

  document.addEventListener("panel:open", ({ detail: tab }) => {
    show(true);
    section(tab).classList.add("open"); // At once, so that what asked for it can put the focus there.
    open(tab);
  });

  // --- The text of the page that is in the window ---

  reader?.addEventListener("scan:page", ({ detail: { number, text } }) => {
    const place = panel.querySelector("[data-text]");
    if (!place || !text || (number === shownPage && place.childElementCount)) return;
    shownPage = number;
    place.replaceChildren(text.content.cloneNode(true));
  });

  reader?.addEventListener("scan:renewed", () => { shownPage = 0; }); // The same page comes with other marks.

  document.getElementById("cite")?.addEventListener("click", async (event) => {
    if (!event.currentTarget.hash) return;
    event.preventDefault();
    show(true);
    await open("text");
    document.getElementById("quote")?.focus();
  });

  // --- Facts and their boxes ---

  const wordsOf = (link) => new URL(link.href).searchParams.get("words");
  const rowOf = (link) => link.closest(".facts > div, .on-page li, .rows > li");
  const linksTo = (words) => Array.from(panel.querySelectorAll(`a[href*="words=${words}"]`));

  panel.addEventListener("pointerover", (event) => lightBoxes(event.target));
  panel.addEventListener("focusin", (event) => lightBoxes(event.target));
  panel.addEventListener("pointerleave", () => lightBoxes(null));

  let pointed = new Set(); // The words of the fact that is pointed at.

  function lightBoxes(from) {
    const row = from?.closest(".facts > div, .on-page li, .evidence");
    const links = row ? Array.from(row.querySelectorAll('a[href*="words="]')) : [];
    pointed = new Set(links.map(wordsOf));
    paint();
  }

  function paint() {
    for (const box of scan.querySelectorAll("rect.fact")) box.classList.toggle("lit", pointed.has(box.dataset.of));
  }

  document.addEventListener("scan:shown", paint);

  let over = "";
  scan.addEventListener("pointermove", (event) => {
    const hit = document.elementsFromPoint(event.clientX, event.clientY).filter((one) => one.matches?.("rect.fact"));
    const words = hit.map((one) => one.dataset.of).join(" ");
    if (words !== over) lightRows(hit);
    over = words;
  });
  scan.addEventListener("pointerleave", () => lightRows([]));

  function lightRows(boxes) {
    scan.querySelectorAll("rect.fact.lit").forEach((one) => one.classList.remove("lit"));
    panel.querySelectorAll(".lit").forEach((one) => one.classList.remove("lit"));
    const links = boxes.flatMap((one) => linksTo(one.dataset.of));
    links.map(rowOf).filter(Boolean).forEach((row) => row.classList.add("lit"));
    for (const box of boxes) {
      scan.querySelectorAll(`rect.fact[data-of="${box.dataset.of}"]`).forEach((one) => one.classList.add("lit"));
    }
    rowOf(links.find((one) => one.offsetParent) ?? panel)?.scrollIntoView({ block: "nearest" });
  }

  // A place in this reading is shown in the scroll; others are pages of their own.
  panel.addEventListener("click", (event) => {
    const link = event.target.closest('a[href*="words="][href*="/pages/"]');
    if (!reader || !link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const asked = new URL(link.href);
    const number = Number(/\/pages\/(\d+)/.exec(asked.pathname)?.[1]);
    const { documentId, reading } = reader.dataset;
    if (!number || !asked.pathname.includes(documentId) || asked.searchParams.get("reading") !== reading) return;
    event.preventDefault();
    if (isPhone()) show(false);
    reader.scan.seek({ number, words: wordsOf(link), address: link.href });
  });

  begin();
})();
