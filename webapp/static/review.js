// The table of doubts by keys alone: which row one is on, choosing, and the buttons for the chosen rows.
"use strict";

(() => {
  const form = document.querySelector("form[data-doubts]");
  const boxes = form ? Array.from(form.querySelectorAll("input[name=row]")) : [];
  if (!boxes.length) return;
  const keysOn = document.getElementById("keys-switch");
  const all = form.querySelector("[data-all]");
  const count = form.querySelector("[data-count]");
  const chosen = () => boxes.filter((box) => box.checked);
  const boxOf = (element) => element.closest("[data-row]")?.querySelector("input[name=row]");

  function tell() {
    const many = chosen().length;
    count.textContent = many ? count.dataset.says + many : "";
  }
  function chooseAll() {
    const on = chosen().length < boxes.length;
    boxes.forEach((box) => { box.checked = on; });
    tell();
  }
  function step(from, by) {
    const at = boxes.indexOf(from);
    const next = boxes[at < 0 ? 0 : Math.min(Math.max(at + by, 0), boxes.length - 1)];
    next.focus();
    next.closest("[data-row]").scrollIntoView({ block: "nearest" });
  }
  // Where nothing is chosen, a key is for the row one is on.
  function press(key, here) {
    if (!chosen().length && here) here.checked = true;
    tell();
    form.querySelector(`[data-do="${key}"]`).click();
  }

  all.hidden = false;
  all.addEventListener("click", chooseAll);
  form.addEventListener("input", (event) => {
    if (event.target.name?.startsWith("value-")) boxOf(event.target).checked = true;
    tell();
  });
  form.addEventListener("keydown", (event) => {
    const { target } = event;
    const typing = target.matches("select, input:not([type=checkbox])");
    if (event.key === "Escape" && typing && boxOf(target)) boxOf(target).focus();
  });
  document.addEventListener("keydown", (event) => {
    const { target } = event;
    const busy = event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || !keysOn.checked;
    if (busy || document.querySelector("dialog[open]") || target.closest("textarea, select, input:not([name=row])")) return;
    const here = boxes.includes(target) ? target : boxOf(target) ?? null;
    switch (event.key) {
      case "j": case "ArrowDown": step(here, 1); break;
      case "k": case "ArrowUp": step(here, -1); break;
      case "y": case "n": press(event.key, here); break;
      case "a": chooseAll(); break;
      case "x": if (here) { here.checked = !here.checked; tell(); } break;
      case "e": (here ?? boxes[0]).closest("[data-row]").querySelector("[name^=value-]").select?.();
        (here ?? boxes[0]).closest("[data-row]").querySelector("[name^=value-]").focus(); break;
      case "u": document.querySelector('[data-key="u"]')?.click(); break;
      default: return;
    }
    event.preventDefault();
  }, true);
  tell();
  boxes[0].focus({ preventScroll: true });
})();
