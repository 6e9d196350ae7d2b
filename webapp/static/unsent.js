// What somebody wrote is in its form again where sending it failed: after an error, after logging in anew, and after the
// browser's own page of errors. It is kept in this tab alone, for who wrote it, until it was sent or they log out.
"use strict";

(() => {
  const KEY = "dosije-unsent";
  const { again, other } = document.currentScript.dataset;
  const reader = document.querySelector(".site .who")?.textContent ?? "";
  // A browser may refuse storage; then the text is lost as in any form.
  const stored = (change) => { try { return change(sessionStorage); } catch { return null; } };
  const forget = () => stored((storage) => storage.removeItem(KEY));
  const keep = (unsent) => stored((storage) => storage.setItem(KEY, JSON.stringify(unsent)));

  function tell(form, text, role) {
    document.querySelector(".unsent")?.remove();
    const told = Object.assign(document.createElement("p"), { className: "note unsent", textContent: text });
    told.setAttribute("role", role);
    // A key sends forms that are not shown.
    (form.offsetParent ? form : document.querySelector("main")).prepend(told);
    told.scrollIntoView({ block: "nearest" });
  }

  // Who has logged in in another tab would sign what is sent from here.
  const tabs = new BroadcastChannel("dosije-reader");
  let signer = reader;
  tabs.addEventListener("message", ({ data }) => { signer = data; });
  if (reader) {
    tabs.postMessage(reader);
  }
  document.addEventListener("submit", (event) => {
    const { target: form } = event;
    if (reader && signer !== reader && form.method === "post" && !form.matches(".account")) {
      event.preventDefault();
      event.stopImmediatePropagation();
      tell(form, other, "alert");
    }
  }, true);

  document.addEventListener("submit", (event) => {
    const { target: form } = event;
    const texts = Array.from(form.querySelectorAll("textarea")).filter((field) => field.name && field.value !== field.defaultValue);
    if (event.defaultPrevented || form.method !== "post" || !texts.length) {
      return;
    }
    const sent = [...texts, ...form.querySelectorAll("input[type=hidden]")].map((field) => [field.name, field.value]);
    keep({ action: form.action, reader, text: texts[0].name, sent });
  });

  function restore({ action, text, sent }) {
    const form = Array.from(document.forms).find((one) => one.action === action && one.querySelector(`textarea[name="${text}"]`));
    if (!form) {
      return;
    }
    for (const [name, value] of sent) {
      const field = form.querySelector(`[name="${name}"]`);
      if (field && (field.type !== "hidden" || !field.value)) {
        field.value = value;
      }
    }
    for (let fold = form.closest("details"); fold; fold = fold.parentElement.closest("details")) {
      fold.open = true;
    }
    const tab = form.closest("[data-tab]")?.dataset.tab;
    if (tab) {
      document.dispatchEvent(new CustomEvent("panel:open", { detail: tab }));
    }
    tell(form, again, "status");
    form.querySelector(`textarea[name="${text}"]`).focus();
    forget();
  }

  const unsent = stored((storage) => JSON.parse(storage.getItem(KEY)));
  if (!unsent) {
    return;
  }
  if (document.querySelector(".failure, .door")) {
    keep({ ...unsent, failed: true });
  } else if (unsent.reader !== reader || (!unsent.failed && performance.getEntriesByType("navigation")[0]?.type === "navigate")) {
    forget();
  } else {
    // When the scripts of the page are there, which open what the form lies in.
    document.addEventListener("DOMContentLoaded", () => restore(unsent));
  }
})();
