// Answers where there is no network, with what offline.js kept on this device. It is here only while something is kept.
// It stores nothing by itself: pages come from the network whenever there is one, and only static files, whose addresses
// change with their content, come from here first. Every answer of the archive says whose it is (Dosije-Reader); at the
// first one to another reader, to nobody, or from an archive where nothing may be kept, all goes before the page is shown.
"use strict";

const STORY = "dosije-story:"; // Then the reader's key, the story and when it was kept: as offline.js writes it.
const SHELL = "dosije-shell"; // The page that lists stories, and static files.
const SCOPE = self.registration.scope;
const RECORD = `${SCOPE}offline/record`; // What offline.js wrote about a copy, last of all: without it, no copy is whole.
const LIST = `${SCOPE}offline`;
const STATIC = `${SCOPE}static/`;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || !request.url.startsWith(SCOPE)) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (request.url.startsWith(STATIC)) event.respondWith(file(request));
  else if (request.destination === "image") event.respondWith(picture(request));
});

async function page(request) {
  let answer;
  try {
    answer = await fetch(request);
  } catch {
    return (await kept(request.url)) ?? (await caches.match(LIST, { cacheName: SHELL })) ?? Response.error();
  }
  // Where nothing can be taken away, there must be nobody either who would show it.
  await obey(answer.headers.get("Dosije-Reader")).catch(() => self.registration.unregister());
  return answer;
}

async function file(request) {
  return (await caches.match(request, { cacheName: SHELL })) ?? fetch(request);
}

async function picture(request) {
  try {
    return await fetch(request);
  } catch {
    return (await kept(request.url)) ?? Response.error();
  }
}

async function copies() {
  return (await caches.keys()).filter((name) => name.startsWith(STORY));
}

// What is kept at an address. A copy lasts as long as the session of its reader does.
async function kept(address) {
  for (const name of await copies()) {
    const cache = await caches.open(name);
    const record = await (await cache.match(RECORD))?.json();
    if (record?.until && Date.now() > 1000 * record.until) await caches.delete(name);
    else if (record) {
      const found = await cache.match(address);
      if (found) return found;
    }
  }
  return undefined;
}

async function obey(told) {
  if (told === null) return; // No answer of the archive: a proxy's, or the browser's.
  const [reader] = told.split(" ");
  for (const name of await copies()) {
    if (!name.startsWith(`${STORY}${reader}:`)) await caches.delete(name);
  }
  if ((await copies()).length) return;
  await caches.delete(SHELL);
  await self.registration.unregister();
}
