// Sends files part by part, says how far each is, and goes on by itself when the connection comes back. Takes folders,
// dropped or chosen, with all that lies in them. Without script, the form sends the files in one request.
"use strict";

const form = document.getElementById("upload");
const sending = document.getElementById("sending");
const bar = document.getElementById("sending-bar");
const problem = document.getElementById("sending-problem");
const texts = sending.dataset;
const mostBytes = Number(form.dataset.mostBytes);
const mostFiles = Number(form.dataset.mostFiles);
const PART = 4 << 20;
const LANES = 3;
const LONGEST_WAIT = 30;
const SPEED_SECONDS = 15;
const NOT_PAPERS = /^(\.|~\$|Thumbs\.db$|desktop\.ini$)/i;

const language = document.documentElement.lang;
const chosen = new Map();
let passedOver = 0;
let isSending = false;
let marks = [];

const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const number = (value, digits = 0) => new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value);
const pause = (seconds) => new Promise((done) => setTimeout(done, 1000 * seconds));

function size(bytes) {
  if (bytes < 1000) {
    return `${number(bytes)} B`;
  }
  const at = bytes < 999500 ? 1 : bytes < 999.5e6 ? 2 : 3;
  return `${number(bytes / 1000 ** at, bytes < 10 * 1000 ** at ? 1 : 0)} ${["", "kB", "MB", "GB"][at]}`;
}

function time(seconds) {
  if (seconds < 60) {
    return `${number(Math.max(5, Math.ceil(seconds / 5) * 5))} s`;
  }
  const minutes = Math.ceil(seconds / 60);
  return minutes < 60 ? `${number(minutes)} min` : `${number(Math.floor(minutes / 60))} h ${number(minutes % 60)} min`;
}

// Choosing: what cannot be sent is said at once, before anything is sent.
function refusal(file) {
  if (file.size === 0) {
    return texts.empty;
  }
  return file.size > mostBytes ? filled(texts.large, { size: size(mostBytes) }) : "";
}

function choose(file, path) {
  if (path.split("/").some((name) => NOT_PAPERS.test(name))) {
    passedOver += 1;
    return;
  }
  const key = `${path}\n${file.size}\n${file.lastModified}`;
  if (chosen.has(key)) {
    return;
  }
  const row = document.createElement("li");
  const one = { file, path, row, sent: 0, told: document.createElement("span"), refused: refusal(file) };
  const folder = path.slice(0, path.length - file.name.length);
  const name = document.createElement("span");
  name.append(folder ? Object.assign(document.createElement("span"), { className: "quiet", textContent: folder }) : "", file.name);
  const away = Object.assign(document.createElement("button"), { type: "button", textContent: "×", title: texts.away });
  away.setAttribute("aria-label", `${texts.away}: ${file.name}`);
  away.addEventListener("click", () => {
    chosen.delete(key);
    row.remove();
    tell();
  });
  one.bar = Object.assign(document.createElement("progress"), { value: 0, max: Math.max(1, file.size), hidden: true });
  one.bar.setAttribute("aria-label", file.name);
  one.told.className = one.refused ? "trouble" : "quiet";
  one.told.textContent = one.refused || size(file.size);
  row.append(name, one.bar, one.told, away);
  document.getElementById("sending-files").append(row);
  chosen.set(key, one);
}

async function walk(entry) {
  if (entry.isFile) {
    choose(await new Promise((done, failed) => entry.file(done, failed)), entry.fullPath.slice(1));
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    const some = await new Promise((done, failed) => reader.readEntries(done, failed));
    if (!some.length) {
      return;
    }
    for (const inside of some) {
      await walk(inside);
    }
  }
}

const due = () => Array.from(chosen.values()).filter((one) => !one.refused);

function tell() {
  const files = due();
  const bytes = files.reduce((sum, one) => sum + one.file.size, 0);
  const sent = files.reduce((sum, one) => sum + one.sent, 0);
  sending.hidden = chosen.size + passedOver === 0;
  bar.hidden = !isSending;
  bar.max = Math.max(1, bytes);
  bar.value = sent;
  const whole = { count: number(files.length), size: size(bytes) };
  const ready = filled(texts.ready, { ...whole, parts: number(batches(files).length) });
  const done = files.filter((one) => one.isDone).length;
  const told = [isSending ? filled(texts.sent, { ...whole, done: number(done), sent: size(sent) }) : ready];
  const refused = chosen.size - files.length;
  if (isSending) {
    const left = secondsLeft(sent, bytes);
    told.push(...(left === null ? [] : [filled(texts.left, { time: time(left) })]));
  } else if (batches(files).length > 1) {
    told.push(filled(texts.parts, { count: number(batches(files).length) }));
  }
  told.push(...(refused ? [filled(texts.refused, { count: number(refused) })] : []));
  told.push(...(passedOver ? [filled(texts.hidden, { count: number(passedOver) })] : []));
  document.getElementById("sending-told").textContent = told.join(" · ");
}

function secondsLeft(sent, bytes) {
  const now = performance.now();
  marks.push([now, sent]);
  marks = marks.filter(([at]) => now - at < 1000 * SPEED_SECONDS);
  const [since, before] = marks[0];
  return sent > before && now - since > 1500 ? ((bytes - sent) * (now - since)) / (sent - before) / 1000 : null;
}

// Sending: an upload has no more files and bytes than the server takes at once.
function batches(files) {
  const found = [];
  let bytes = Infinity;
  for (const one of files) {
    if (bytes + one.file.size > mostBytes || found.at(-1).length >= mostFiles) {
      found.push([]);
      bytes = 0;
    }
    found.at(-1).push(one);
    bytes += one.file.size;
  }
  return found;
}

function post(url, body, progressed) {
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => progressed?.(event.loaded));
    request.addEventListener("loadend", () => done({ status: request.status, answer: request.response }));
    request.send(body);
  });
}

// Ask until there is an answer. What the server refuses is shown, and asked again when the reader says so, with what the
// form says by then.
async function insist(url, body, progressed) {
  for (let wait = 1; ; wait = Math.min(2 * wait, LONGEST_WAIT)) {
    const { status, answer } = await post(url, body(), progressed);
    if (status === 200 && answer) {
      document.getElementById("sending-news").textContent = "";
      return answer;
    }
    if (status === 0 || status === 429 || (status >= 500 && !answer)) {
      document.getElementById("sending-news").textContent = filled(texts.broken, { time: time(wait) });
      await Promise.race([pause(wait), new Promise((back) => addEventListener("online", back, { once: true }))]);
      marks = [];
    } else {
      await shown(answer?.problem ?? texts.stopped);
      wait = 1;
    }
  }
}

function shown(text) {
  problem.querySelector("span").textContent = text;
  problem.hidden = false;
  return new Promise((again) => {
    const go = () => {
      problem.hidden = true;
      again();
    };
    problem.querySelector("button").addEventListener("click", go, { once: true });
  });
}

async function sendFile(upload, one, ordinal) {
  one.bar.hidden = false;
  const name = encodeURIComponent(one.path);
  while (one.sent < one.file.size) {
    const from = one.sent;
    const progressed = (loaded) => {
      one.bar.value = one.sent = Math.min(from + loaded, one.file.size);
      tell();
    };
    let part;
    try {
      part = await one.file.slice(from, from + PART).arrayBuffer();
    } catch {
      refuse(one, texts.unreadable);
      return;
    }
    const answer = await insist(`${upload}/${ordinal}?name=${name}&offset=${from}`, () => part, progressed);
    one.bar.value = one.sent = answer.size;
    one.told.textContent = `${number((100 * one.sent) / one.file.size)} %`;
  }
  one.isDone = true;
  one.bar.hidden = true;
  one.told.textContent = `${size(one.file.size)} · ${texts.here}`;
  tell();
}

// A file that changed or went away on this computer meanwhile; the others are sent.
function refuse(one, reason) {
  one.refused = reason;
  one.bar.hidden = true;
  one.told.className = "trouble";
  one.told.textContent = reason;
  tell();
}

async function sendBatch(files) {
  const { upload } = await insist(form.dataset.uploads, () => new URLSearchParams(signed()));
  const address = `${form.dataset.uploads}/${upload}`;
  const waiting = files.map((one, at) => [one, at + 1]);
  const lane = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      await sendFile(address, ...next);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  const sizes = files.flatMap((one, at) => (one.isDone ? [`${at + 1}:${one.file.size}`] : [])).join(" ");
  return (await insist(`${address}/end`, () => new URLSearchParams({ ...signed(), sizes }))).job;
}

const signed = () => ({ collection: form.elements.collection.value, by: form.elements.by.value });

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const parts = batches(due());
  if (!parts.length || isSending) {
    return;
  }
  isSending = true;
  // What was chosen now would not be sent.
  document.getElementById("drop").inert = true;
  document.getElementById("sending-stop").hidden = false;
  sending.classList.add("busy");
  let job = form.dataset.jobs;
  for (const part of parts) {
    job = await sendBatch(part);
  }
  isSending = false;
  location.assign(parts.length > 1 ? form.dataset.jobs : job);
});

for (const field of [document.getElementById("files"), document.getElementById("folder")]) {
  field.addEventListener("change", () => {
    for (const file of field.files) {
      choose(file, file.webkitRelativePath || file.name);
    }
    field.value = "";
    tell();
  });
}

const drop = document.getElementById("drop");
drop.addEventListener("dragover", (event) => {
  event.preventDefault();
  drop.classList.add("over");
});
drop.addEventListener("dragleave", () => drop.classList.remove("over"));
drop.addEventListener("drop", async (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  const entries = Array.from(event.dataTransfer.items, (item) => item.webkitGetAsEntry?.()).filter(Boolean);
  const files = entries.length ? [] : Array.from(event.dataTransfer.files);
  for (const entry of entries) {
    try {
      await walk(entry);
    } catch (error) {
      document.getElementById("sending-news").textContent = `${entry.name}: ${error.message}`;
    }
  }
  for (const file of files) {
    choose(file, file.name);
  }
  tell();
});
addEventListener("beforeunload", (event) => {
  if (isSending) {
    event.preventDefault();
  }
});

document.getElementById("files").required = false;
document.getElementById("folders").hidden = false;
