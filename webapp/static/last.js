// What a reader looked at last, kept in this browser and told to nobody: documents with their page, searches, findings.
// The front page shows it, the search box offers the searches, one click clears it, and so does logging out.
"use strict";

(() => {
  const MOST = 8;
  const UNSENT = "dosije-unsent"; // Of unsent.js, which gives it to its writer alone.
  const reader = document.querySelector(".site .who")?.textContent.trim() ?? "";
  const name = `dosije-last:${reader}`;
  // A browser may refuse storage; then there is no history.
  const stored = (change) => { try { return change(localStorage); } catch { return null; } };
  function read() {
    try {
      const told = JSON.parse(stored((storage) => storage.getItem(name)) ?? "[]");
      return Array.isArray(told) ? told.filter((one) => typeof one.url === "string" && one.url.startsWith("/") && !one.url.startsWith("//")) : [];
    } catch { return []; }
  }
  const clear = () => stored((storage) => storage.removeItem(name));

  function here() {
    const [, room, id, part, page] = location.pathname.split("/");
    const title = document.querySelector("h1")?.textContent.trim() || document.title;
    const query = new URLSearchParams(location.search).get("q");
    if (room === "documents" && id && (!part || part === "pages")) return { kind: "document", key: id, title, page: page ?? "" };
    if (room === "findings" && id && !part && id !== "report") return { kind: "finding", key: id, title };
    if (room === "" && query) return { kind: "search", key: query, title: query };
    return null;
  }
  function keep() {
    const one = here();
    if (!one || document.querySelector(".failure")) return;
    one.url = location.pathname + location.search + location.hash;
    const others = read().filter((other) => other.kind !== one.kind || other.key !== one.key);
    const kinds = { document: 0, finding: 0, search: 0 };
    const kept = [one, ...others].filter((each) => (kinds[each.kind] += 1) <= MOST);
    stored((storage) => storage.setItem(name, JSON.stringify(kept)));
  }

  function show(section) {
    const all = read();
    section.hidden = !all.length;
    section.querySelectorAll("ul").forEach((list) => {
      const items = all.filter((one) => one.kind === list.dataset.kind).map((one) => {
        const item = document.createElement("li");
        const link = document.createElement("a");
        link.href = one.url;
        link.textContent = one.title.slice(0, 120);
        item.append(link);
        if (one.page) item.append(` ${section.dataset.page} ${one.page}`);
        return item;
      });
      list.replaceChildren(...items);
      list.hidden = !items.length;
    });
  }
  function offer() {
    const box = document.getElementById("q");
    const searches = read().filter((one) => one.kind === "search");
    if (!box || box.hasAttribute("list") || !searches.length) return;
    const list = document.createElement("datalist");
    list.id = "last-searches";
    list.append(...searches.map((one) => new Option(one.title, one.title)));
    box.after(list);
    box.setAttribute("list", list.id);
  }

  const section = document.querySelector("[data-last]");
  if (section) {
    show(section);
    section.querySelector("button").addEventListener("click", () => { clear(); show(section); });
  }
  // The page to log in: whoever was here has left, or their session is over. What the page before kept as it was left
  // (scan.js) came after the browser was told to forget all.
  if (document.querySelector(".door")) {
    stored((storage) => Object.keys(storage).filter((key) => key.startsWith("dosije-last:")).forEach((key) => storage.removeItem(key)));
    stored(() => Object.keys(sessionStorage).filter((key) => key !== UNSENT).forEach((key) => sessionStorage.removeItem(key)));
  }
  offer();
  keep();
  addEventListener("pagehide", keep);
  document.querySelector("form.account")?.addEventListener("submit", () => {
    removeEventListener("pagehide", keep);
    clear();
    stored(() => sessionStorage.removeItem(UNSENT));
  });
})();
