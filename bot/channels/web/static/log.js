// The conversation on the screen. Everything that arrives is shown as text, never as markup.

import { cardElement } from "./card.js";
import { paperElement } from "./paper.js";
import { t } from "./texts.js";

const list = document.getElementById("log");
const scroll = document.getElementById("scroll");
const typing = document.getElementById("typing");
const newer = document.getElementById("newer");
const TYPING_MS = 12_000;
const LINK = /https:\/\/[^\s<>"'()\[\]{}]*[^\s<>"'()\[\]{}.,;:!?]/g;

const SAME_ANSWER_MS = 3_000;
const LEEWAY = 48;

let typingUntil = 0;
let lastSpeaker = null;
let anchor = null; // what the person should read first: their own message, or the first of a new answer
let anchoredAt = 0;
let following = true; // until the person scrolls away
let lastTop = 0;

function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

function speakerLine(key) {
  const line = make("span", "from", t(key));
  line.dataset.t = key;
  return line;
}

// The bot's own https addresses become links; what people write stays text.
function bubble(text, linked) {
  const element = make("div", "bubble");
  if (!linked) {
    element.textContent = text;
    return element;
  }
  let from = 0;
  for (const found of text.matchAll(LINK)) {
    element.append(text.slice(from, found.index));
    const link = make("a", "", found[0]);
    link.href = found[0];
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    element.append(link);
    from = found.index + found[0].length;
  }
  element.append(text.slice(from));
  return element;
}

function nearEnd() {
  return scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < LEEWAY;
}

// As far down as the anchor allows: a long answer is read from its beginning, not from its end.
export function follow() {
  if (!following) {
    newer.hidden = nearEnd();
    return;
  }
  const end = scroll.scrollHeight - scroll.clientHeight;
  const top = anchor ? anchor.offsetTop - 12 : end;
  scroll.scrollTop = Math.min(end, Math.max(0, top));
  lastTop = scroll.scrollTop;
  newer.hidden = nearEnd();
}

function add(row, speaker) {
  if (speaker !== lastSpeaker) row.classList.add("turn");
  lastSpeaker = speaker;
  list.append(row);
  const now = Date.now();
  if (speaker === "you") following = true;
  if (speaker === "you" || now - anchoredAt > SAME_ANSWER_MS) anchor = row;
  anchoredAt = now;
  requestAnimationFrame(follow);
  return row;
}

function addCard(row, card) {
  row.classList.add("with-card");
  row.append(cardElement(card));
}

export function showFrame(frame) {
  const row = make("div", `row ${frame.speaker}`);
  if (frame.speaker !== lastSpeaker || frame.speaker === "counsellor") {
    const line = speakerLine(`log.${frame.speaker}`);
    if (frame.speaker !== "counsellor") line.classList.add("hidden");
    row.append(line);
  }
  if (frame.paper) row.append(paperElement(frame.text));
  else if (frame.text) row.append(bubble(frame.text, frame.speaker !== "counsellor"));
  if (frame.card.length) addCard(row, frame.card);
  return add(row, frame.speaker);
}

export function showOwn(text) {
  const row = make("div", "row you");
  const who = speakerLine("log.you");
  who.classList.add("hidden");
  row.append(who, bubble(text, false), make("div", "state"));
  return add(row, "you");
}

// states: sending, sent, waiting, failed
export function markOwn(row, state, retry) {
  const line = row.querySelector(".state");
  line.replaceChildren();
  row.classList.toggle("failed", state === "failed");
  const words = make("span", state === "sent" || state === "sending" ? "hidden" : "", t(`log.${state}`));
  words.dataset.t = `log.${state}`;
  const tick = { sending: "…", sent: "✓", waiting: "↻", failed: "!" }[state];
  const mark = make("span", "", tick);
  mark.setAttribute("aria-hidden", "true");
  line.append(mark, words);
  if (retry) {
    const again = make("button", "", t("log.again"));
    again.type = "button";
    again.dataset.t = "log.again";
    again.addEventListener("click", retry);
    line.append(again);
  }
}

export function showNotice(key, { alarm = false, card = [] } = {}) {
  const row = make("div", `row notice${alarm ? " alarm" : ""}`);
  const element = bubble(t(key), false);
  element.dataset.t = key;
  row.append(element);
  if (card.length) addCard(row, card);
  return add(row, "notice");
}

export function expectAnswer() {
  typingUntil = Date.now() + TYPING_MS;
  typing.hidden = false;
  requestAnimationFrame(follow);
  setTimeout(() => Date.now() >= typingUntil && answered(), TYPING_MS + 50);
}

export function answered() {
  typing.hidden = true;
}

export function clearLog() {
  list.replaceChildren();
  lastSpeaker = null;
  anchor = null;
  following = true;
  answered();
}

newer.addEventListener("click", () => {
  scroll.scrollTop = scroll.scrollHeight;
  scroll.focus({ preventScroll: true });
});
scroll.addEventListener(
  "scroll",
  () => {
    if (nearEnd()) {
      following = true;
      newer.hidden = true;
    } else if (Math.abs(scroll.scrollTop - lastTop) > LEEWAY) following = false;
  },
  { passive: true },
);
new ResizeObserver(follow).observe(scroll);
