// All pages of a document in one scroll. Heights follow from the sizes of the pages, so nothing jumps; only pages near
// the window have their images in the document. Without script there is one page at a time, at the same addresses.
// Others (steps.js, panel.js, minimap.js) use `reader.scan`, and hear of changes by events.
"use strict";

(() => {
  const reader = document.getElementById("reader");
  if (!reader) return;

  const GAP = 14;
  const MOST_AT_ONCE = 8; // Pages that one answer may have.
  const KEPT = 48; // Pages whose HTML is kept for the way back.
  const TALLEST = 12e6; // Pixels; browsers place nothing beyond some 17 million.
  const WIDTHS = [1200, 2000, 3000]; // Images that there are.
  const SIZES = { fit: 1, large: 1.5, huge: 2 };
  const FADED = 1.35; // So many times its pixels an image may be stretched.

  const scan = document.getElementById("scan");
  const bar = reader.querySelector(".reader-bar");
  const field = document.getElementById("number");
  const adopted = scan.querySelector(".scan-page");
  const room = document.createElement("div");
  const rail = document.createElement("div"); // Scrolls sideways; the edge of what it scrolls is far below.
  const first = Number(reader.dataset.number);
  const count = Number(reader.dataset.count);
  const key = `dosije-reader-${reader.dataset.documentId}`;
  const kept = new Map(); // By number: what the server told of a page.
  const mounted = new Map(); // By number: its section, if it is near the window.
  const asked = new Set(); // Numbers that the server was asked for.
  const before = memory();
  const state = { zoom: "width", tab: null, panel: null, ...before };
  const type = performance.getEntriesByType("navigation")[0]?.type;

  let sizes = expanded(reader.dataset.sizes);
  let tops = [];
  let scales = [];
  let total = 0;
  let here = first;
  let moved = false; // Whether the address no longer says what is shown.
  let timer = 0;

  // A browser may refuse storage; then nothing is kept.
  function memory() {
    try {
      return JSON.parse(sessionStorage.getItem(key)) ?? {};
    } catch {
      return {};
    }
  }

  function remember() {
    state.at = place();
    try {
      sessionStorage.setItem(key, JSON.stringify(state));
    } catch { /* See above. */ }
  }

  function tell(name, detail) {
    reader.dispatchEvent(new CustomEvent(name, { detail }));
  }

  function expanded(told) {
    return told ? told.split(" ").flatMap((run) => repeated(...run.split("x").map(Number))) : [];
  }

  function repeated(times, width, height) {
    return Array(times).fill([width, height]);
  }

  // --- Where each page lies ---

  const across = () => scan.clientWidth;
  const below = () => window.innerHeight - bar.offsetHeight;
  // How much of the scroll lies above the lower edge of the bar.
  const top = () => bar.getBoundingClientRect().bottom - room.getBoundingClientRect().top;
  const topOf = (number) => tops[number - 1];
  const widthOf = (number) => sizes[number - 1][0] * scales[number - 1];
  const heightOf = (number) => sizes[number - 1][1] * scales[number - 1];

  function scaleOf([width, height]) {
    const fitting = across() / width;
    if (state.zoom === "width") return fitting;
    if (state.zoom === "page") return Math.min(fitting, (below() - 2 * GAP) / height);
    return state.zoom * 96 / 72;
  }

  function layOut() {
    scales = sizes.map(scaleOf);
    const tall = sizes.reduce((sum, [, height], index) => sum + height * scales[index] + GAP, 0);
    if (tall > TALLEST) scales = scales.map((scale) => scale * TALLEST / tall);
    total = 0;
    tops = sizes.map((_, index) => {
      const height = total;
      total += heightOf(index + 1) + GAP;
      return height;
    });
    const widest = sizes.reduce((most, _, index) => Math.max(most, widthOf(index + 1)), across());
    room.style.setProperty("height", `${total}px`);
    room.style.setProperty("width", `${widest}px`);
    rail.firstChild.style.setProperty("width", `${widest}px`);
    rail.hidden = widest <= across();
    for (const [number, section] of mounted) put(section, number);
    tell("scan:laid");
  }

  function put(section, number) {
    const left = Math.max(0, (room.offsetWidth - widthOf(number)) / 2);
    const edges = { top: topOf(number), left, width: widthOf(number), height: heightOf(number) };
    for (const [name, value] of Object.entries(edges)) section.style.setProperty(name, `${value}px`);
    sharpen(section, widthOf(number));
  }

  // A larger image where the one that is there has too few pixels.
  function sharpen(section, width) {
    const image = section.querySelector("image");
    const address = image?.getAttribute("href");
    const best = WIDTHS.find((one) => one * FADED >= width * window.devicePixelRatio) ?? WIDTHS.at(-1);
    if (!address || best <= Number(/width=(\d+)/.exec(address)[1])) return;
    const better = address.replace(/width=\d+/, `width=${best}`);
    const loaded = new Image();
    loaded.src = better;
    loaded.decode().then(() => image.setAttribute("href", better), () => {});
  }

  // The number of the page that lies at a height of the scroll.
  function pageAt(height) {
    let [low, high] = [0, tops.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (tops[middle] <= height) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  }

  // The page below the bar, and the share of it that lies above.
  function place() {
    const number = pageAt(top());
    return [number, (top() - topOf(number)) / heightOf(number)];
  }

  function showPlace([number, share]) {
    scrollTo(topOf(number) + share * heightOf(number));
  }

  function scrollTo(height) {
    const start = room.getBoundingClientRect().top + window.scrollY - bar.offsetHeight;
    window.scrollTo({ top: start + height, behavior: "instant" });
    draw();
  }

  function goTo(number) {
    moved = true;
    scrollTo(topOf(Math.min(Math.max(number, 1), count)) - GAP / 2);
  }

  // --- What is in the document ---

  function draw() {
    const from = pageAt(top() - below());
    const to = pageAt(top() + 2 * below());
    for (const [number, section] of mounted) {
      if (number < from || number > to) {
        section.remove();
        mounted.delete(number);
      }
    }
    for (let number = from; number <= to; number += 1) {
      if (!mounted.has(number)) mount(number);
    }
    const now = pageAt(top() + below() / 3);
    if (now !== here) arrive(now);
    tell("scan:moved");
    clearTimeout(timer);
    timer = setTimeout(settle, 90);
  }

  function mount(number) {
    const section = kept.get(number)?.section ?? blank(number);
    const next = Array.from(mounted.keys()).filter((other) => other > number).sort((one, other) => one - other)[0];
    mounted.set(number, section);
    room.insertBefore(section, mounted.get(next) ?? null);
    put(section, number);
    if (kept.has(number)) shown(number);
  }

  function blank(number) {
    const section = document.createElement("section");
    section.className = "scan-page waiting";
    section.dataset.number = number;
    section.textContent = number;
    return section;
  }

  function shown(number) {
    const { section } = kept.get(number);
    section.classList.toggle("here", number === here);
    document.dispatchEvent(new CustomEvent("scan:shown", { detail: section }));
  }

  // When the scroll rests: ask for what is missing, the nearest first, and keep where we are.
  function settle() {
    const missing = Array.from(mounted.keys()).filter((number) => !kept.has(number) && !asked.has(number));
    const [nearest] = missing.sort((one, other) => Math.abs(one - here) - Math.abs(other - here));
    if (nearest) {
      let [from, to] = [nearest, nearest];
      while (missing.includes(to + 1) && to - from < MOST_AT_ONCE - 1) to += 1;
      while (missing.includes(from - 1) && to - from < MOST_AT_ONCE - 1) from -= 1;
      ask(from, to);
    }
    if (moved) history.replaceState(history.state, "", address());
    remember();
  }

  async function ask(from, to) {
    const numbers = Array.from({ length: to - from + 1 }, (_, index) => from + index);
    numbers.forEach((number) => asked.add(number));
    const wanted = reader.dataset.pages;
    const url = new URL(wanted, location.href);
    url.searchParams.set("first", from);
    url.searchParams.set("count", numbers.length);
    try {
      const answer = await fetch(url);
      if (!answer.ok) throw new Error(answer.status);
      if (wanted !== reader.dataset.pages) return; // Something else is looked for by now.
      const told = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const number of numbers) {
        const section = told.querySelector(`.scan-page[data-number="${number}"]`);
        take(number, document.adoptNode(section), told.querySelector(`template[data-number="${number}"]`));
      }
      settle();
    } catch {
      numbers.forEach((number) => mounted.get(number)?.classList.add("failed")); // A later scroll asks again.
    } finally {
      if (wanted === reader.dataset.pages) numbers.forEach((number) => asked.delete(number));
    }
  }

  function take(number, section, text) {
    const there = mounted.get(number);
    const image = there?.querySelector("image");
    if (image) {
      // The image that is shown stays; what lies on it comes from the answer.
      const fresh = section.querySelector("g");
      Object.assign(image.parentNode.dataset, fresh.dataset);
      image.parentNode.replaceChildren(image, ...Array.from(fresh.children).filter((one) => one.tagName !== "image"));
      kept.set(number, { section: there, text });
    } else {
      kept.set(number, { section, text });
      if (there) {
        there.replaceWith(section);
        mounted.set(number, section);
        put(section, number);
      }
    }
    if (there) shown(number);
    if (number === here) tell("scan:page", { number, text });
    for (const other of kept.keys()) {
      if (kept.size > KEPT && !mounted.has(other)) kept.delete(other);
    }
  }

  // The same pages with other things marked, of which one is the current: images stay, all else is asked for again.
  function renew({ outline, pages, page }, current) {
    Object.assign(reader.dataset, { outline, pages, page });
    kept.clear();
    asked.clear();
    reader.scan.outline = outlined();
    tell("scan:renewed", { current });
    moved = true;
    settle();
  }

  const outlined = () => fetch(reader.dataset.outline).then((answer) => answer.json());

  // --- Where the reader is ---

  function arrive(number) {
    mounted.get(here)?.classList.remove("here");
    here = number;
    moved = true;
    mounted.get(here)?.classList.add("here");
    if (document.activeElement !== field) field.value = here;
    const heading = document.getElementById("heading");
    if (heading) heading.textContent = reader.dataset.heading.replace("#", here);
    const [back, on] = bar.querySelectorAll(".jumps > .button");
    back.classList.toggle("off", here === 1);
    on.classList.toggle("off", here === count);
    for (const link of bar.querySelectorAll("#more a, .sizes a")) {
      link.href = link.href.replace(/\/pages\/\d+/, `/pages/${here}`).replace(/([?&]page=)\d+/, `$1${here}`);
    }
    for (const input of reader.querySelectorAll(".find [name=from], .panel [name=page]")) input.value = here;
    const item = bar.querySelector(".add-to-story [name=item]");
    item.value = item.value.replace(/\/pages\/\d+$/, `/pages/${here}`);
    tell("scan:page", { number, text: kept.get(number)?.text });
  }

  function address() {
    const url = new URL(reader.dataset.page.replace("NUMBER", here), location.href);
    url.searchParams.delete("size");
    const size = sizeName();
    if (size !== "fit") url.searchParams.set("size", size);
    return reader.scan.name?.(url) ?? url;
  }

  // The nearest of the sizes that an address can name, for those who open it elsewhere.
  function sizeName() {
    const ratio = typeof state.zoom === "number" ? widthOf(here) / across() : 1;
    return ratio > 1.8 ? "huge" : ratio > 1.1 ? "large" : "fit";
  }

  // --- Size ---

  function zoomTo(zoom) {
    const [was, middle] = [place(), (scan.scrollLeft + across() / 2) / room.offsetWidth];
    state.zoom = zoom;
    moved = true;
    layOut();
    showPlace(was);
    scan.scrollLeft = middle * room.offsetWidth - across() / 2;
    pressed();
  }

  function zoomBy(factor) {
    zoomTo(Math.min(Math.max(scales[here - 1] * 72 / 96 * factor, 0.1), 6));
  }

  function pressed() {
    for (const button of bar.querySelectorAll("[data-zoom]")) {
      button.setAttribute("aria-pressed", String(state.zoom) === button.dataset.zoom);
    }
  }

  // --- Begin ---

  function onClick(event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const button = event.target.closest(".jumps > .button, .sizes > *");
    if (!button) return;
    event.preventDefault();
    const by = button === button.parentNode.firstElementChild ? -1 : 1;
    if (button.closest(".jumps")) goTo(here + by);
    else if (button.dataset.zoom) zoomTo(Number(button.dataset.zoom) || button.dataset.zoom);
    else zoomBy(by < 0 ? 0.8 : 1.25);
  }

  function onNumber(event) {
    event.preventDefault();
    goTo(Number(field.value));
    field.blur();
  }

  function onFull() {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen();
  }

  function listen() {
    for (const off of bar.querySelectorAll(".sizes .off")) off.classList.remove("off");
    scan.addEventListener("scroll", () => { rail.scrollLeft = scan.scrollLeft; });
    rail.addEventListener("scroll", () => { scan.scrollLeft = rail.scrollLeft; });
    for (const hidden of bar.querySelectorAll("[hidden]:not(#keys-button)")) hidden.hidden = false;
    bar.addEventListener("click", onClick);
    bar.querySelector(".jumps form").addEventListener("submit", onNumber);
    document.getElementById("full").addEventListener("click", onFull);
    window.addEventListener("scroll", () => requestAnimationFrame(draw), { passive: true });
    window.addEventListener("pagehide", remember);
    let width = across();
    new ResizeObserver(() => {
      if (across() === width) return;
      width = across();
      const was = place();
      layOut();
      showPlace(was);
    }).observe(scan);
  }

  function start() {
    history.scrollRestoration = "manual";
    scan.classList.add("live");
    room.className = "sheets";
    room.append(adopted);
    scan.append(room);
    rail.className = "rail";
    rail.append(document.createElement("div"));
    scan.after(rail);
    mounted.set(first, adopted);
    adopted.classList.add("here");
    if (!before.zoom && reader.dataset.size !== "fit") {
      state.zoom = SIZES[reader.dataset.size] * across() / sizes[first - 1][0] * 72 / 96;
    }
    layOut();
    pressed();
    if (reader.scan.isAgain && state.at && state.at[0] <= count) showPlace(state.at);
    else if (first > 1 || window.innerWidth < 768) scrollTo(topOf(first) - GAP / 2);
    else draw();
    listen();
    settle();
  }

  reader.scan = {
    get here() { return here; },
    get laid() { return { tops, total, sizes, scales }; },
    isAgain: type === "reload" || type === "back_forward",
    adopted,
    state,
    room,
    across,
    below,
    top,
    topOf,
    scrollTo,
    address,
    // The section of a page, if it is there with all that is on it.
    section: (number) => (mounted.has(number) && kept.has(number) ? mounted.get(number) : null),
    isNear: (number) => mounted.has(number),
    goTo,
    keep: (more) => { Object.assign(state, more); remember(); },
    moved: () => { moved = true; settle(); },
    renew,
    outline: outlined(),
  };

  if (sizes.length) {
    start();
  } else {
    reader.scan.outline.then((outline) => {
      sizes = outline.pages.flatMap((run) => repeated(...run));
      start();
    });
  }
})();
