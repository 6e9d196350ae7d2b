// All pages of a document in one scroll. Heights follow from the sizes of the pages, so nothing jumps; only pages near
// the window have their images in the document. Without script there is one page at a time, at the same addresses.
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

  const scan = document.getElementById("scan");
  const bar = reader.querySelector(".reader-bar");
  const room = document.createElement("div");
  const adopted = scan.querySelector(".scan-page");
  const field = document.getElementById("number");
  const first = Number(reader.dataset.number);
  const count = Number(reader.dataset.count);
  const key = `dosije-reader-${reader.dataset.documentId}`;
  const came = new URL(location.href);
  const asked = performance.getEntriesByType("navigation")[0]?.type;
  const kept = new Map(); // By number: what the server told of a page.
  const mounted = new Map(); // By number: its section, if it is near the window.
  const wanted = new Set(); // Numbers that were asked for.
  const at = { match: stepOf("match"), found: stepOf("found") };
  const state = { zoom: "width", tab: null, panel: null, ...memory() };

  let sizes = expanded(reader.dataset.sizes);
  let tops = [];
  let scales = [];
  let total = 0;
  let here = first;
  let moved = false;
  let goal = null; // What is to be in the window as soon as its page is there.
  let outline = { matches: [], found: [], facts: [] };
  let timer = 0;
  const learned = learn();

  function memory() {
    try {
      return JSON.parse(sessionStorage.getItem(key)) ?? {};
    } catch {
      return {}; // A browser may refuse storage.
    }
  }

  function remember() {
    state.at = place();
    try {
      sessionStorage.setItem(key, JSON.stringify(state));
    } catch { /* Then nothing is kept. */ }
  }

  function stepOf(kind) {
    return Number(reader.querySelector(`.steps[data-kind="${kind}"]`)?.dataset.at ?? 0);
  }

  function expanded(told) {
    const pages = told ? told.split(" ").map((run) => run.split("x").map(Number)) : [];
    return pages.flatMap(([times, width, height]) => Array(times).fill([width, height]));
  }

  // --- Where each page lies ---

  const across = () => scan.clientWidth;
  const below = () => window.innerHeight - bar.offsetHeight;

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
    tops = sizes.map(([, height], index) => {
      const top = total;
      total += height * scales[index] + GAP;
      return top;
    });
    const widest = sizes.reduce((most, [width], index) => Math.max(most, width * scales[index]), across());
    room.style.setProperty("height", `${total}px`);
    room.style.setProperty("width", `${widest}px`);
    for (const [number, section] of mounted) put(section, number);
    reader.laid = { tops, total, sizes, scales };
    reader.dispatchEvent(new CustomEvent("scan:laid"));
  }

  function put(section, number) {
    const [width, height] = sizes[number - 1];
    const scale = scales[number - 1];
    const left = Math.max(0, (Math.max(across(), room.offsetWidth) - width * scale) / 2);
    section.style.setProperty("top", `${tops[number - 1]}px`);
    section.style.setProperty("left", `${left}px`);
    section.style.setProperty("width", `${width * scale}px`);
    section.style.setProperty("height", `${height * scale}px`);
    sharpen(section, width * scale);
  }

  // A larger image where the one that is there has too few pixels.
  function sharpen(section, width) {
    const image = section.querySelector("image");
    const pixels = width * window.devicePixelRatio;
    const best = WIDTHS.find((one) => one * 1.35 >= pixels) ?? WIDTHS.at(-1);
    const address = image?.getAttribute("href");
    const better = address?.replace(/width=\d+/, `width=${best}`);
    if (better && better !== address && best > Number(/width=(\d+)/.exec(address)[1])) {
      const loaded = new Image();
      loaded.src = better;
      loaded.decode().then(() => image.setAttribute("href", better), () => {});
    }
  }

  // How much of the scroll lies above the lower edge of the bar.
  const top = () => bar.getBoundingClientRect().bottom - room.getBoundingClientRect().top;

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

  // The page and the share of it that lies below the bar.
  function place() {
    const number = pageAt(top());
    return [number, (top() - tops[number - 1]) / (sizes[number - 1][1] * scales[number - 1])];
  }

  function showPlace([number, share]) {
    const height = sizes[number - 1][1] * scales[number - 1];
    scrollTo(tops[number - 1] + share * height);
  }

  function scrollTo(height) {
    const start = room.getBoundingClientRect().top + window.scrollY - bar.offsetHeight;
    window.scrollTo({ top: start + height, behavior: "instant" });
    draw();
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
    reader.dispatchEvent(new CustomEvent("scan:moved", { detail: { top: top(), height: below() } }));
    clearTimeout(timer);
    timer = setTimeout(settle, 90);
  }

  function mount(number) {
    const section = kept.get(number)?.section ?? blank(number);
    mounted.set(number, section);
    put(section, number);
    const next = Array.from(mounted).find(([other, one]) => other > number && one.isConnected);
    room.insertBefore(section, next ? next[1] : null);
    if (kept.has(number)) shown(number, section);
  }

  function blank(number) {
    const section = document.createElement("section");
    section.className = "scan-page waiting";
    section.dataset.number = number;
    section.textContent = number;
    return section;
  }

  function shown(number, section) {
    section.classList.toggle("here", number === here);
    light(section);
    document.dispatchEvent(new CustomEvent("scan:shown", { detail: section }));
    if (goal?.number === number) reach();
  }

  // When the scroll rests: ask for what is missing, and keep where we are.
  function settle() {
    const missing = Array.from(mounted.keys()).filter((number) => !kept.has(number) && !wanted.has(number));
    missing.sort((one, other) => Math.abs(one - here) - Math.abs(other - here));
    if (missing.length) {
      const nearest = missing[0];
      let last = nearest;
      while (missing.includes(last + 1) && last - nearest < MOST_AT_ONCE - 1) last += 1;
      let start = nearest;
      while (missing.includes(start - 1) && last - start < MOST_AT_ONCE - 1) start -= 1;
      ask(start, last - start + 1);
    }
    if (moved) history.replaceState(history.state, "", address());
    remember();
  }

  async function ask(from, many) {
    const numbers = Array.from({ length: many }, (_, index) => from + index);
    numbers.forEach((number) => wanted.add(number));
    const url = new URL(reader.dataset.pages, location.href);
    url.searchParams.set("first", from);
    url.searchParams.set("count", many);
    try {
      const answer = await fetch(url);
      if (!answer.ok) throw new Error(answer.status);
      const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const section of parsed.querySelectorAll(".scan-page")) {
        const number = Number(section.dataset.number);
        take(number, document.adoptNode(section), parsed.querySelector(`template[data-number="${number}"]`));
      }
      forget();
      settle();
    } catch {
      // A later scroll asks again; the page says so meanwhile.
      numbers.forEach((number) => mounted.get(number)?.classList.add("failed"));
    } finally {
      numbers.forEach((number) => wanted.delete(number));
    }
  }

  function take(number, section, text) {
    const there = mounted.get(number);
    const before = there?.querySelector("image");
    if (before) {
      // The image that is shown stays; what lies on it comes from the answer.
      const [old, fresh] = [before.parentNode, section.querySelector("g")];
      Object.assign(old.dataset, fresh.dataset);
      const marks = Array.from(fresh.children).filter((one) => one.tagName !== "image");
      old.replaceChildren(before, ...marks);
      kept.set(number, { section: there, text });
    } else {
      kept.set(number, { section, text });
      if (there) {
        there.replaceWith(section);
        mounted.set(number, section);
        put(section, number);
      }
    }
    if (there) shown(number, kept.get(number).section);
    if (number === here) tell();
  }

  function forget() {
    for (const number of kept.keys()) {
      if (kept.size <= KEPT) return;
      if (!mounted.has(number)) kept.delete(number);
    }
  }

  // --- Where the reader is ---

  function arrive(number) {
    mounted.get(here)?.classList.remove("here");
    here = number;
    moved = true;
    mounted.get(here)?.classList.add("here");
    if (document.activeElement !== field) field.value = here;
    const heading = document.getElementById("heading");
    if (heading) heading.textContent = reader.dataset.heading.replace("#", here);
    const [before, after] = arrows(".jumps");
    before.classList.toggle("off", here === 1);
    after.classList.toggle("off", here === count);
    for (const link of reader.querySelectorAll("#more a, .sizes a")) {
      link.href = link.href.replace(/\/pages\/\d+/, `/pages/${here}`).replace(/([?&]page=)\d+/, `$1${here}`);
    }
    for (const input of reader.querySelectorAll(".find [name=from], .panel [name=page]")) input.value = here;
    const item = bar.querySelector(".add-to-story [name=item]");
    item.value = item.value.replace(/\/pages\/\d+$/, `/pages/${here}`);
    tell();
  }

  function tell() {
    reader.dispatchEvent(new CustomEvent("scan:page", { detail: { number: here, text: kept.get(here)?.text } }));
  }

  function address() {
    if (goal?.address && goal.number === here) return goal.address;
    const same = here === first;
    const url = new URL(reader.dataset.page.replace("NUMBER", here), location.href);
    url.searchParams.delete("size");
    const size = sizeName();
    if (size !== "fit") url.searchParams.set("size", size);
    for (const kind of ["match", "found"]) {
      if (at[kind] && numberOf(kind, at[kind]) === here) {
        url.searchParams.set(kind, at[kind]);
        url.hash = `${kind}-${at[kind]}`;
      }
    }
    if (same && came.searchParams.has("words") && !url.hash) {
      for (const name of ["reading", "words"]) url.searchParams.set(name, came.searchParams.get(name));
    }
    return url;
  }

  // The nearest of the sizes that an address can name, for those who open it elsewhere.
  function sizeName() {
    if (typeof state.zoom !== "number") return "fit";
    const ratio = state.zoom * 96 / 72 * sizes[here - 1][0] / across();
    return ratio > 1.8 ? "huge" : ratio > 1.1 ? "large" : "fit";
  }

  function arrows(where) {
    return reader.querySelectorAll(`${where} > .button`);
  }

  function goTo(number) {
    moved = true;
    goal = null;
    scrollTo(tops[Math.min(Math.max(number, 1), count) - 1] - GAP / 2);
  }

  // --- Matches ---

  function numberOf(kind, which) {
    let before = 0;
    for (const [number, many] of outline[kind === "match" ? "matches" : "found"]) {
      before += many;
      if (which <= before) return number;
    }
    return null;
  }

  // Without a current one, the next is the first on this page or after it.
  async function step(kind, by) {
    await learned;
    const pages = outline[kind === "match" ? "matches" : "found"];
    const all = pages.reduce((sum, [, many]) => sum + many, 0);
    const before = pages.reduce((sum, [number, many]) => sum + (number < here ? many : 0), 0);
    const which = at[kind] ? at[kind] + by : before + (by > 0 ? 1 : 0);
    if (which < 1 || which > all) return;
    at[kind] = which;
    moved = true;
    const steps = reader.querySelector(`.steps[data-kind="${kind}"]`);
    const [told, short] = steps.querySelectorAll("[role=status] > span");
    told.textContent = steps.dataset.told.replace("@", which).replace("#", all);
    short.textContent = `${which} / ${all}`;
    const [left, right] = arrows(`.steps[data-kind="${kind}"]`);
    left.classList.toggle("off", which === 1);
    right.classList.toggle("off", which === all);
    seek({ number: numberOf(kind, which), mark: `${kind}-${which}` });
  }

  function seek(aim) {
    goal = aim;
    const [number, section] = [aim.number, mounted.get(aim.number)];
    if (section && kept.has(number)) {
      reach();
    } else {
      scrollTo(tops[number - 1] - GAP / 2);
      settle();
    }
    mounted.forEach(light);
  }

  // Put what is sought a third below the bar, unless it is well in view.
  function reach() {
    const section = mounted.get(goal.number);
    if (goal.words) markWords(section, goal.words);
    light(section);
    const mark = section.querySelector(goal.words ? ".lit-words" : `[data-of="${CSS.escape(goal.mark)}"]`);
    if (!mark) return;
    const box = mark.getBoundingClientRect();
    const edge = bar.getBoundingClientRect().bottom;
    if (box.top < edge + 24 || box.bottom > window.innerHeight - 48 || !goal.reached) {
      goal.reached = true;
      scrollTo(top() + box.top - edge - below() / 3);
    }
    const frame = scan.getBoundingClientRect();
    if (box.right > frame.right || box.left < frame.left) scan.scrollBy({ left: box.left - frame.left - frame.width / 3 });
  }

  // The current marks stand out.
  function light(section) {
    const current = ["match", "found"].filter((kind) => at[kind]).map((kind) => `${kind}-${at[kind]}`);
    for (const mark of section.querySelectorAll("rect[data-of]")) {
      const of = mark.dataset.of;
      if (of.startsWith("match-") || of.startsWith("found-")) mark.classList.toggle("current", current.includes(of));
    }
    const cited = section.querySelector(`rect.current[data-of="match-${at.match}"][data-sentence]`);
    const cite = document.getElementById("cite");
    if (cited && cite) {
      cite.href = cited.parentNode.dataset.cite.replace("A-B", cited.dataset.sentence);
      cite.textContent = cite.dataset.sentence;
    }
  }

  // Boxes over words that somebody asked to see, one a line.
  function markWords(section, words) {
    const group = section.querySelector("g[data-boxes]");
    scan.querySelectorAll(".lit-words").forEach((one) => one.remove());
    if (!group) return;
    const [from, to] = words.split("-").map((word) => Number(word) - Number(group.dataset.first));
    const edges = group.dataset.boxes.split(" ").map(Number);
    let line = null;
    for (let word = Math.max(from, 0); word <= Math.min(to, edges.length / 4 - 1); word += 1) {
      const [x, y, width, height] = edges.slice(4 * word, 4 * word + 4);
      if (line && Math.abs(line.y - y) < height && x >= line.x) {
        line.right = Math.max(line.right, x + width);
        line.bottom = Math.max(line.bottom, y + height);
      } else {
        line = { x, y, right: x + width, bottom: y + height, box: box("current lit-words") };
        group.insertBefore(line.box, group.querySelector(".word"));
      }
      const shape = { x: line.x - 2, y: line.y - 2, width: line.right - line.x + 4, height: line.bottom - line.y + 4 };
      for (const [name, value] of Object.entries(shape)) line.box.setAttribute(name, value);
    }
  }

  function box(classes) {
    const rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    rect.setAttribute("class", classes);
    return rect;
  }

  // --- Size ---

  function zoomTo(zoom) {
    const before = place();
    const middle = (scan.scrollLeft + across() / 2) / room.offsetWidth;
    state.zoom = zoom;
    layOut();
    showPlace(before);
    scan.scrollLeft = middle * room.offsetWidth - across() / 2;
    moved = true;
    shownZoom();
    settle();
  }

  function zoomBy(factor) {
    const now = scales[here - 1] * 72 / 96;
    zoomTo(Math.min(Math.max(now * factor, 0.1), 6));
  }

  function shownZoom() {
    for (const button of reader.querySelectorAll("[data-zoom]")) {
      button.setAttribute("aria-pressed", String(state.zoom) === button.dataset.zoom);
    }
  }

  // --- Begin ---

  function onClick(event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const button = event.target.closest(".button, button");
    const group = button?.closest(".jumps, .steps, .sizes");
    if (!group || button.matches(".go")) return;
    event.preventDefault();
    const by = button === group.querySelector(":scope > .button") ? -1 : 1;
    if (group.matches(".jumps")) goTo(here + by);
    else if (group.matches(".steps")) step(group.dataset.kind, by);
    else if (button.dataset.zoom) zoomTo(Number(button.dataset.zoom) || button.dataset.zoom);
    else zoomBy(by < 0 ? 0.8 : 1.25);
  }

  function onPage(event) {
    event.preventDefault();
    if (event.target.reportValidity()) {
      goTo(Number(field.value));
      field.blur();
    }
  }

  function onFull() {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen();
  }

  async function learn() {
    const answer = await fetch(reader.dataset.outline);
    if (!answer.ok) return;
    outline = await answer.json();
    if (!sizes.length) {
      sizes = outline.pages.flatMap(([times, width, height]) => Array(times).fill([width, height]));
      start();
    }
    reader.dispatchEvent(new CustomEvent("scan:outline", { detail: outline }));
  }

  function start() {
    history.scrollRestoration = "manual";
    scan.classList.add("live");
    room.className = "sheets";
    room.append(adopted);
    scan.append(room);
    mounted.set(first, adopted);
    adopted.classList.add("here");
    if (!memory().zoom && reader.dataset.size !== "fit") {
      state.zoom = SIZES[reader.dataset.size] * across() / sizes[first - 1][0] * 72 / 96;
    }
    layOut();
    shownZoom();
    const again = asked === "reload" || asked === "back_forward";
    if (again && state.at && state.at[0] <= count) showPlace(state.at);
    else if (!reachNamed() && (first > 1 || window.innerWidth < 768)) scrollTo(tops[first - 1] - GAP / 2);
    else draw();
    for (const hidden of bar.querySelectorAll("[hidden]:not(#keys-button)")) hidden.hidden = false;
    reader.addEventListener("click", onClick);
    bar.querySelector(".jumps form").addEventListener("submit", onPage);
    document.getElementById("full").addEventListener("click", onFull);
    window.addEventListener("scroll", () => requestAnimationFrame(draw), { passive: true });
    window.addEventListener("pagehide", remember);
    let width = across();
    new ResizeObserver(() => {
      if (across() === width) return;
      width = across();
      const before = place();
      layOut();
      showPlace(before);
    }).observe(scan);
    settle();
  }

  // The mark that the address names is in the HTML already.
  function reachNamed() {
    const mark = adopted.querySelector(`[id="${CSS.escape(came.hash.slice(1))}"]`);
    if (!mark) return false;
    scrollTo(tops[first - 1]);
    goal = { number: first, mark: mark.dataset.of };
    reach();
    return true;
  }

  // For the panel: `words` of page `number` are to be seen; `link` is the address that says so.
  reader.addEventListener("scan:seek", (event) => {
    const { number, words, link } = event.detail;
    moved = true;
    seek({ number, words, address: link });
  });
  reader.addEventListener("scan:scroll", (event) => scrollTo(event.detail - below() / 2));
  reader.addEventListener("scan:keep", (event) => {
    Object.assign(state, event.detail);
    remember();
  });
  reader.kept = state;

  if (sizes.length) start();
})();
