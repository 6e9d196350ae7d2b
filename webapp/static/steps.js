// The way through matches over all pages, and words that somebody asked to see: put into the window and marked.
"use strict";

(() => {
  const reader = document.getElementById("reader");
  if (!reader) return;

  const scan = reader.scan;
  const bar = reader.querySelector(".reader-bar");
  const cite = document.getElementById("cite");
  const came = new URL(location.href);
  const at = { match: numberOf("match"), found: numberOf("found") };
  const lists = { match: "matches", found: "found" };
  const hashed = came.hash ? scan.adopted.querySelector(`[id="${CSS.escape(came.hash.slice(1))}"]`) : null;

  let pages = { matches: [], found: [] };
  let goal = null; // What is to be in the window as soon as its page is there: a mark, or words and their address.

  function numberOf(kind) {
    return Number(reader.querySelector(`.steps[data-kind="${kind}"]`)?.dataset.at ?? 0);
  }

  function pageOf(kind, which) {
    let before = 0;
    for (const [number, many] of pages[lists[kind]]) {
      before += many;
      if (which <= before) return number;
    }
    return null;
  }

  // Take in where everything stands; false where something else is looked for by the time that is known.
  async function learn() {
    const asked = scan.outline;
    const told = await asked;
    if (asked !== scan.outline) return false;
    pages = told;
    return true;
  }

  const sum = (some) => some.reduce((all, [, many]) => all + many, 0);

  // Without a current one, the next is the first on this page or after it.
  async function step(kind, by) {
    if (!(await learn())) return;
    const listed = pages[lists[kind]];
    const before = sum(listed.filter(([number]) => number < scan.here));
    const which = at[kind] ? at[kind] + by : before + Math.max(by, 0);
    if (which < 1 || which > sum(listed)) return;
    at[kind] = which;
    say(kind, sum(listed));
    seek({ number: pageOf(kind, which), mark: `${kind}-${which}` });
  }

  function say(kind, all) {
    const steps = reader.querySelector(`.steps[data-kind="${kind}"]`);
    const [told, short] = steps.querySelectorAll("[role=status] > span");
    told.textContent = steps.dataset.told.replace("@", at[kind]).replace("#", all);
    short.textContent = `${at[kind]} / ${all}`;
    const [back, on] = steps.querySelectorAll(":scope > .button");
    back.classList.toggle("off", at[kind] === 1);
    on.classList.toggle("off", at[kind] === all);
  }

  function seek(aim) {
    goal = aim;
    reader.querySelectorAll(".scan-page").forEach(light);
    if (scan.section(aim.number)) reach();
    else if (!(aim.waits && scan.isNear(aim.number))) scan.goTo(aim.number);
    scan.moved();
  }

  // Put what is sought a third below the bar.
  function reach() {
    const section = scan.section(goal.number) ?? scan.adopted;
    if (goal.words) markWords(section, goal.words);
    const mark = section.querySelector(goal.words ? ".lit-words" : `[data-of="${CSS.escape(goal.mark)}"]`);
    if (!mark || goal.isReached) return;
    goal.isReached = true;
    scan.scrollTo(scan.top() + mark.getBoundingClientRect().top - bar.getBoundingClientRect().bottom - scan.below() / 3);
    const [box, frame] = [mark, scan.room.parentNode].map((one) => one.getBoundingClientRect());
    if (box.right > frame.right || box.left < frame.left) {
      scan.room.parentNode.scrollBy({ left: box.left - frame.left - frame.width / 3 });
    }
  }

  // The current marks stand out, and the sentence of the current match is what is cited.
  function light(section) {
    const current = Object.keys(at).map((kind) => `${kind}-${at[kind]}`);
    for (const mark of section.querySelectorAll('rect[data-of^="match-"], rect[data-of^="found-"]')) {
      mark.classList.toggle("current", current.includes(mark.dataset.of));
    }
    const cited = section.querySelector(`rect[data-of="match-${at.match}"][data-sentence]`);
    if (cited?.parentNode.dataset.cite) {
      cite.href = cited.parentNode.dataset.cite.replace("A-B", cited.dataset.sentence);
      cite.textContent = cite.dataset.sentence;
    }
  }

  // Boxes over words, one a line.
  function markWords(section, words) {
    const group = section.querySelector("g[data-boxes]");
    reader.querySelectorAll(".lit-words").forEach((one) => one.remove());
    if (!group) return;
    const [from, to] = words.split("-").map((word) => Number(word) - Number(group.dataset.first));
    const edges = group.dataset.boxes.split(" ").map(Number);
    const lines = [];
    for (let word = Math.max(from, 0); word <= Math.min(to, edges.length / 4 - 1); word += 1) {
      const [x, y, width, height] = edges.slice(4 * word, 4 * word + 4);
      const line = lines.at(-1);
      if (line && Math.abs(line.y - y) < height && x >= line.x) {
        line.right = Math.max(line.right, x + width);
        line.bottom = Math.max(line.bottom, y + height);
      } else {
        lines.push({ x, y, right: x + width, bottom: y + height });
      }
    }
    for (const { x, y, right, bottom } of lines) {
      const box = document.createElementNS("http://www.w3.org/2000/svg", "rect");
      const shape = { x: x - 2, y: y - 2, width: right - x + 4, height: bottom - y + 4, class: "current lit-words" };
      for (const [name, value] of Object.entries(shape)) box.setAttribute(name, value);
      group.insertBefore(box, group.querySelector(".word"));
    }
  }

  // What the address says besides the page: the current match, or the words that were asked for.
  scan.name = (url) => {
    if (goal?.address && goal.number === scan.here) return goal.address;
    for (const kind of Object.keys(at)) {
      if (at[kind] && pageOf(kind, at[kind]) === scan.here) {
        url.searchParams.set(kind, at[kind]);
        url.hash = `${kind}-${at[kind]}`;
      }
    }
    if (!url.hash && scan.here === Number(reader.dataset.number) && came.searchParams.has("words")) {
      for (const name of ["reading", "words"]) url.searchParams.set(name, came.searchParams.get(name));
    }
    return url;
  };
  scan.seek = seek;

  // What is looked for in the document is another: the current one of it, 0 for none, comes into the window.
  reader.addEventListener("scan:renewed", async ({ detail: { current: which } }) => {
    at.found = which;
    goal = null;
    if (!(await learn())) return;
    if (which) {
      say("found", sum(pages.found));
      seek({ number: pageOf("found", which), mark: `found-${which}`, waits: true });
    } else {
      const none = reader.querySelector(".find .none");
      if (none) none.textContent = none.textContent.trim(); // Only what is written while it is there is read out.
    }
  });

  bar.addEventListener("click", (event) => {
    const button = event.target.closest(".steps > .button");
    if (!button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    step(button.parentNode.dataset.kind, button === button.parentNode.firstElementChild ? -1 : 1);
  });
  document.addEventListener("scan:shown", ({ detail: section }) => {
    light(section);
    if (goal?.number === Number(section.dataset.number)) reach();
  });
  learn();

  // The mark that the address names is in the HTML already.
  if (hashed && !scan.isAgain && scan.laid.total) {
    goal = { number: Number(reader.dataset.number), mark: hashed.dataset.of };
    reach();
  }
})();
