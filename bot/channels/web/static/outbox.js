// What the person sent and the server has not yet confirmed: in order, one at a time, same id on every try.

import { expectAnswer, markOwn, showFrame, showNotice, showOwn } from "./log.js";
import { memory } from "./memory.js";
import { newId, Refusal, sendMessage } from "./server.js";

const WAITS_MS = [1_000, 2_000, 5_000, 10_000, 20_000];

const queue = [];
let busy = false;
let tries = 0;
let wakeUp = null;
let onGone = () => {};
let quiet = () => false;

export function configure({ gone, counsellorSpeaks }) {
  onGone = gone;
  quiet = counsellorSpeaks;
}

export function write(text) {
  enqueue({ message: { id: newId(), text }, row: showOwn(text) });
}

export function tap(id, label) {
  enqueue({ message: { id: newId(), tap: id }, row: label ? showOwn(label) : null });
}

export function clearOutbox() {
  queue.length = 0;
  tries = 0;
}

export function nudge() {
  wakeUp?.();
  void work();
}

function enqueue(entry) {
  mark(entry, "sending");
  queue.push(entry);
  void work();
}

function mark(entry, state, retry) {
  if (entry.row) markOwn(entry.row, state, retry);
}

function pause(milliseconds) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    wakeUp = () => {
      clearTimeout(timer);
      resolve();
    };
  });
}

// What is written while the chat is only starting waits for it.
async function work() {
  if (busy) return;
  busy = true;
  while (queue.length && memory.token) {
    const entry = queue[0];
    const cleared = () => queue[0] !== entry; // another chat has begun meanwhile: this answer is not about it
    try {
      await sendMessage(entry.message);
      if (cleared()) continue;
      tries = 0;
      queue.shift();
      mark(entry, "sent");
      if (!quiet()) expectAnswer();
    } catch (failure) {
      if (cleared()) continue;
      if (failure instanceof Refusal && failure.status < 500) {
        queue.shift();
        refused(entry, failure);
        continue;
      }
      mark(entry, "waiting");
      if (failure instanceof Refusal && failure.answer.message) showFrame(failure.answer.message);
      await pause(WAITS_MS[Math.min(tries++, WAITS_MS.length - 1)]);
    }
  }
  busy = false;
}

function refused(entry, failure) {
  if (failure.status === 401) {
    for (const each of [entry, ...queue.splice(0)]) mark(each, "failed");
    onGone();
    return;
  }
  mark(entry, "failed", () => {
    mark(entry, "sending");
    queue.push(entry);
    void work();
  });
  if (failure.code === "too_many" && failure.answer.notice) showNotice("state.too_many", { alarm: true });
}
