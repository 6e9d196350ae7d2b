// Keeps stories on this device, so that service-worker.js can show them offline, and says what is kept. A copy is a cache
// of its own, named by reader, story and time. Its record is written last; so a copy is whole, or it is none, and the one
// before it stays until then. Kept pages are as they are without script, and without what needs the archive: forms, and
// what says data-online.
"use strict";

(() => {
  const settings = document.currentScript.dataset;
  if (!navigator.serviceWorker || !window.caches) return; // Over plain http, browsers have neither, but for localhost.

  const STORY = "dosije-story:";
  const SHELL = "dosije-shell";
  const LIST = new URL(settings.offline, location.href).href;
  const RECORD = `${LIST}/record`;
  const MINE = `${STORY}${settings.reader}:`;
  const LANES = 3; // Requests at the same time.
  const HOUR = 36e5; // Between two looks whether a story has changed.
  const PARTS = "link[rel=stylesheet], link[rel=icon], script[src], img[src], image[href]";
  const NOT_KEPT = "script:not([data-offline]), form, details.quote-form, .own-marks, .grip, [data-online], header.site > :not(.brand), link[rel=manifest], link[rel=preload]";
  const language = document.documentElement.lang;
  const isCopy = document.documentElement.hasAttribute("data-copy");

  const number = (value) => new Intl.NumberFormat(language, { maximumSignificantDigits: 3 }).format(value);
  const size = (bytes) => (bytes < 1e6 ? `${number(bytes / 1e3)} kB` : `${number(bytes / 1e6)} MB`);
  const moment = (seconds) => new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "short" }).format(1000 * seconds);
  const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const whose = (answer) => (answer.headers.get("Dosije-Reader") ?? "").split(" ");

  // --- What is kept ---

  // The newest whole copy of each story, or of one: the name of its cache, and its record.
  async function copies(story = "") {
    const found = [];
    for (const name of (await caches.keys()).filter((one) => one.startsWith(MINE + story)).sort().reverse()) {
      const record = await (await caches.match(RECORD, { cacheName: name }))?.json();
      const isOver = record?.until && Date.now() > 1000 * record.until;
      if (record && !isOver && !found.some((one) => one.record.story === record.story)) found.push({ name, record });
    }
    return found;
  }

  async function write(name, record) {
    // Not opened if it was taken away meanwhile: that would bring it back.
    if (await caches.has(name)) await (await caches.open(name)).put(RECORD, new Response(JSON.stringify(record)));
  }

  async function remove(story, except = "") {
    const names = (await caches.keys()).filter((name) => name.startsWith(MINE + story) && name !== except);
    await Promise.all(names.map((name) => caches.delete(name)));
    if ((await caches.keys()).some((name) => name.startsWith(STORY))) return;
    await caches.delete(SHELL);
    await (await navigator.serviceWorker.getRegistration(LIST))?.unregister();
  }

  // --- Keeping ---

  const failure = (name) => Object.assign(new Error(name), { name }); // Each has a text of its name.

  // An answer to this very reader, and of now. A session that ended, or that somebody else has begun, ends the keeping.
  async function asked(address) {
    const answer = await fetch(address, { cache: "no-cache" }).catch(() => { throw failure("network"); });
    if (answer.redirected || [401, 403].includes(answer.status) || whose(answer)[0] !== settings.reader) throw failure("refused");
    return answer;
  }

  // Without what belongs to one way of sending it. What it may load stays as the archive says.
  function response(body, answer) {
    const headers = new Headers(answer.headers);
    ["Vary", "Cache-Control", "Content-Encoding", "Content-Length", "Link"].forEach((name) => headers.delete(name));
    return new Response(body, { headers });
  }

  function trimmed(html, note) {
    const page = new DOMParser().parseFromString(html, "text/html");
    page.querySelectorAll(NOT_KEPT).forEach((one) => one.remove());
    page.documentElement.setAttribute("data-copy", "");
    if (note) {
      const told = page.createElement("p");
      told.className = "note";
      told.textContent = note;
      page.getElementById("main")?.prepend(told);
    }
    return page;
  }

  // What a page shows beside its text: static files, and pictures.
  function parts(page) {
    const addresses = Array.from(page.querySelectorAll(PARTS), (one) => one.getAttribute("href") ?? one.getAttribute("src"));
    const all = addresses.map((address) => new URL(address, location.href).href);
    const isStatic = (address) => new URL(address).pathname.startsWith(new URL("static/", LIST).pathname);
    return [all.filter(isStatic), all.filter((address) => !isStatic(address))];
  }

  async function keepFile(shell, address) {
    if (await shell.match(address)) return;
    const answer = await fetch(address);
    if (!answer.ok) return;
    await shell.put(address, response(await answer.clone().blob(), answer));
    if (!answer.headers.get("Content-Type").startsWith("text/css")) return;
    const faces = Array.from((await answer.text()).matchAll(/url\("([^"]+)"\)/g), ([, face]) => new URL(face, address).href);
    for (const face of faces) await keepFile(shell, face);
  }

  // The page that lists stories is as new as the newest copy: in the language and of the release of that.
  async function keepShell() {
    const [answer, shell] = await Promise.all([asked(LIST), caches.open(SHELL)]);
    const page = trimmed(await answer.text());
    for (const address of parts(page)[0]) await keepFile(shell, address);
    await shell.put(LIST, response(text(page), answer));
    return shell;
  }

  const text = (page) => `<!doctype html>\n${page.documentElement.outerHTML}`;

  // Do something with each of a list, some at the same time, and say how far it is.
  async function each(list, act, tell) {
    const waiting = [...list];
    let done = 0;
    tell(0, list.length);
    await Promise.all(Array.from({ length: LANES }, async () => {
      while (waiting.length) {
        await act(waiting.shift());
        done += 1;
        tell(done, list.length);
      }
    }));
  }

  // Fetch all that a story needs into a new copy, which then takes the place of the one before.
  async function keep(story, list, tell) {
    const name = `${MINE}${story}:${Date.now()}`;
    const copy = await caches.open(name);
    try {
      // From here on it is the worker that takes the copy away if somebody else comes.
      await navigator.serviceWorker.register(settings.worker);
      const answer = await asked(list);
      if (!answer.ok) throw failure("refused");
      const wanted = await answer.json();
      const record = { story, list, ...wanted, until: Number(whose(answer)[1]), checked: Date.now(), count: 0, bytes: 0, missing: 0 };
      await fill(copy, record, await keepShell(), tell);
      await copy.put(RECORD, new Response(JSON.stringify(record)));
      await remove(story, name);
      return record;
    } catch (error) {
      await caches.delete(name);
      if (!(await copies(story)).length) await remove(story);
      throw error;
    }
  }

  async function fill(copy, record, shell, tell) {
    const pictures = new Set();
    const put = async (address, body, answer) => {
      await copy.put(address, response(body, answer));
      record.count += 1;
      record.bytes += body.size;
    };
    const got = async (address) => {
      const answer = await asked(address);
      if (!answer.ok && address === record.pages[0]) throw failure("refused");
      record.missing += answer.ok ? 0 : 1;
      return answer.ok ? answer : null;
    };
    await each(record.pages, async (address) => {
      const answer = await got(address);
      if (!answer) return;
      const page = trimmed(await answer.text(), record.note);
      const [files, shown] = parts(page);
      shown.forEach((one) => pictures.add(one));
      for (const file of files) await keepFile(shell, file);
      if (address === record.pages[0]) Object.assign(record, { url: address, title: page.querySelector("h1").textContent.trim() });
      await put(address, new Blob([text(page)]), answer);
    }, (done, all) => tell("pages", done, all, record.bytes));
    await each([...pictures], async (address) => {
      const answer = await got(address);
      if (answer) await put(address, await answer.blob(), answer);
    }, (done, all) => tell("pictures", done, all, record.bytes));
  }

  // --- Whether it is older than the story ---

  // A story that the reader may not see any more goes; so does, with the renewal, what is not in it any more.
  async function check({ name, record }) {
    const answer = await fetch(record.list).catch(() => null);
    if (!answer || whose(answer)[0] !== settings.reader) return;
    if ([403, 404, 410].includes(answer.status)) await remove(record.story);
    if (!answer.ok) return;
    const { version, pages } = await answer.json();
    const isLess = record.pages.some((page) => !pages.includes(page));
    if (isLess) await keep(record.story, record.list, () => {});
    else await write(name, { ...record, changed: version !== record.version, checked: Date.now() });
  }

  // --- What is said of it ---

  // Let the buttons of a place (_offline_state.html) work; returns what fills it in. `texts` are of _offline_texts.html.
  function show(place, texts, story, list, version) {
    const part = (name) => place.querySelector(name);
    const button = (name) => part(`[data-do=${name}]`);
    const [bar, told] = [part("[data-bar]"), part("[data-told]")];

    async function draw() {
      const [copy] = await copies(story);
      const record = copy?.record;
      const about = record && filled(texts.kept, { ...record, count: number(record.count), size: size(record.bytes) });
      const until = record?.until ? ` ${filled(texts.until, { until: moment(record.until) })}` : "";
      part("[data-about]").textContent = record ? about + until : "";
      part("[data-about]").hidden = !record;
      part("[data-changed]").hidden = !record || !(record.changed || (version && version !== record.version));
      part("[data-missing]").hidden = !record?.missing;
      button("keep").hidden = Boolean(record) || isCopy;
      button("renew").hidden = !record;
      button("remove").hidden = !record;
      bar.hidden = true;
    }

    function progress(what, done, all, bytes) {
      Object.assign(bar, { hidden: false, max: Math.max(all, 1), value: done });
      told.textContent = filled(texts[what], { done: number(done), all: number(all), size: size(bytes) });
    }

    async function act(what) {
      place.querySelectorAll("button").forEach((one) => { one.disabled = true; });
      try {
        if (what === "remove") await remove(story);
        else await keep(story, list, progress);
        told.textContent = what === "remove" ? texts.removed : texts.done;
        if (what !== "remove") navigator.storage?.persist?.(); // Else the browser may make room of it.
      } catch (error) {
        told.textContent = texts[error.name === "QuotaExceededError" ? "room" : error.name] ?? texts.failed;
      }
      place.querySelectorAll("button").forEach((one) => { one.disabled = false; });
      await draw();
    }

    place.querySelectorAll("[data-do]").forEach((one) => one.addEventListener("click", () => act(one.dataset.do)));
    return draw;
  }

  async function listAll(list) {
    const none = document.getElementById("no-copies");
    none.hidden = true;
    const all = await copies();
    if (!isCopy) await Promise.all(all.map((one) => check(one).catch(() => {})));
    for (const { record } of await copies()) {
      const row = document.getElementById("copy").content.firstElementChild.cloneNode(true);
      Object.assign(row.querySelector("a"), { href: record.url, textContent: record.title });
      list.append(row);
      await show(row, list.dataset, record.story, record.list)();
    }
    list.hidden = !list.childElementCount;
    none.hidden = !list.hidden;
    document.querySelector("[data-offline-only]").hidden = !isCopy || list.hidden;
  }

  async function start() {
    const list = document.getElementById("copies");
    const section = document.querySelector("section[data-copy-of]");
    const { copyOf: story, version } = section?.dataset ?? {};
    const draw = section && show(section, section.dataset, story, section.dataset.list, version);
    if (list) await listAll(list);
    if (section) section.hidden = false;
    await draw?.();
    if (isCopy) return;
    const isOlder = (record) => record.story === story && record.version !== version;
    const due = (await copies()).filter(({ record }) => isOlder(record) || Date.now() - record.checked > HOUR);
    for (const one of due) await check(one).catch(() => {});
    if (due.length) await draw?.();
  }

  start();
})();
