// Handing in files: one after the other, each with its progress and a clear end.

import { expectAnswer } from "./log.js";
import { newId, Refusal, sendFile } from "./server.js";
import { page, t } from "./texts.js";

const list = document.getElementById("files");
const picker = document.getElementById("picker");
const attach = document.getElementById("attach");
const REASONS = ["gate_closed", "wrong_type", "too_large", "empty", "limit", "space", "interrupted", "unsupported"];

const waiting = [];
let busy = false;

export function allowFiles(allowed) {
  if (!allowed && document.activeElement === attach) document.getElementById("text").focus();
  attach.hidden = !allowed;
}

export function clearFiles() {
  waiting.length = 0;
  for (const row of list.children) row.dispatchEvent(new Event("cancel"));
  list.replaceChildren();
  list.hidden = true;
}

function button(key, name, act) {
  const element = document.createElement("button");
  element.type = "button";
  element.textContent = key === "files.dismiss" ? "×" : t(key);
  element.setAttribute("aria-label", `${t(key)}: ${name}`);
  element.addEventListener("click", act);
  return element;
}

function part(tag, className, text = "") {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}

function add(file) {
  const label = file.name || t("files.unnamed");
  const row = document.createElement("li");
  const how = part("span", "how", t("files.queued"));
  const progress = document.createElement("progress");
  const acts = part("span", "acts");
  progress.max = 1;
  progress.value = 0;
  progress.setAttribute("aria-label", label);
  row.append(part("span", "name", label), how, progress, acts);
  list.append(row);
  list.hidden = false;
  const entry = { id: newId(), file, label, row, how, progress, acts, stop: new AbortController() };
  const cancel = () => {
    entry.stop.abort();
    finish(entry, t("files.cancelled"), false);
  };
  row.addEventListener("cancel", () => entry.stop.abort());
  acts.append(button("files.cancel", label, cancel));
  if (file.size > page.file_max_bytes) return refuse(entry, "too_large");
  if (file.size === 0) return refuse(entry, "empty");
  waiting.push(entry);
}

function finish(entry, words, again) {
  entry.how.textContent = words;
  entry.progress.hidden = true;
  const dismiss = () => {
    entry.row.remove();
    list.hidden = list.children.length === 0;
  };
  const acts = [button("files.dismiss", entry.label, dismiss)];
  if (again) acts.unshift(button("files.again", entry.label, () => retry(entry)));
  const focused = entry.acts.contains(document.activeElement);
  entry.acts.replaceChildren(...acts);
  if (focused) acts[0].focus();
}

function retry(entry) {
  entry.row.remove();
  add(entry.file);
  void work();
}

function refuse(entry, reason) {
  const known = REASONS.includes(reason) ? `files.refused.${reason}` : "files.failed";
  entry.row.classList.add("refused");
  finish(entry, t(known, { size: Math.floor(page.file_max_bytes / 1e6) }), reason === "interrupted" || reason === "space");
}

async function send(entry) {
  const shown = (part) => {
    entry.progress.value = part;
    entry.how.textContent = t("files.progress", { percent: Math.round(part * 100) });
  };
  shown(0);
  try {
    const answer = await sendFile(entry.id, entry.file, shown, entry.stop.signal);
    if (answer.refused) refuse(entry, answer.refused);
    else finish(entry, t("files.done"), false);
    expectAnswer();
  } catch (failure) {
    if (entry.stop.signal.aborted) return;
    entry.row.classList.add("refused");
    if (failure instanceof Refusal && failure.status === 413) refuse(entry, "too_large");
    else finish(entry, t("files.failed"), true);
  }
}

async function work() {
  if (busy) return;
  busy = true;
  while (waiting.length) {
    const entry = waiting.shift();
    if (!entry.stop.signal.aborted) await send(entry);
  }
  busy = false;
}

attach.addEventListener("click", () => picker.click());
picker.addEventListener("change", () => {
  for (const file of picker.files) add(file);
  picker.value = "";
  void work();
});
