// The page comes alive here: start or go on, listen, show, write.

import { offer, retire } from "./choices.js";
import { allowFiles, clearFiles } from "./files.js";
import { leave, watchLeaving } from "./leave.js";
import { answered, clearLog, expectAnswer, showFrame, showNotice } from "./log.js";
import { memory } from "./memory.js";
import { clearOutbox, configure, nudge, tap, write } from "./outbox.js";
import { acknowledge, listen, Refusal, startChat } from "./server.js";
import { showCode, useCode, watchSheets } from "./sheets.js";
import { currentLanguage, emergencyCard, page, speak, t } from "./texts.js";

const RECONNECT_MS = [500, 1_000, 2_000, 5_000, 10_000];
const PACE_MS = 450; // a breath between two messages of one answer
const MEANINGS = { human: "root.human", my_data: "root.my_data", delete: "root.delete", emergency: "root.emergency" };
const LANGUAGES = { de: "root.german", nl: "root.dutch" };

const byId = (id) => document.getElementById(id);
const input = byId("text");
const calm = matchMedia("(prefers-reduced-motion: reduce)");

let stream = null;
let age = 0; // how many chats this page has had: an answer meant for an earlier one comes too late
let starting = false;
let over = false;
let question = null; // row of the open question: not acknowledged until it is answered, so a reload brings it back
let counsellor = false;
let shown = new Set();
let frames = [];
let showing = false;

// --- showing ---------------------------------------------------------------

function banner(key, { alarm = false, action = null } = {}) {
  const element = byId("banner");
  element.hidden = !key;
  element.classList.toggle("alarm", alarm);
  element.textContent = key ? t(key) : "";
  if (!action) return;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = t(action.key);
  button.addEventListener("click", action.act);
  element.append(button);
}

function show(frame) {
  if (frame.leave) return leave({ tell: false });
  if (frame.clear) {
    clearLog(); // everything was deleted: it goes from the screen as well
    clearFiles();
  }
  answered();
  counsellor = frame.speaker === "counsellor" || (counsellor && frame.speaker === "notice");
  const who = counsellor ? "page.who_counsellor" : "page.who";
  byId("who").dataset.t = who;
  byId("who").textContent = t(who);
  if (frame.text || frame.card.length) showFrame(frame);
  if (frame.code) showCode(frame.code);
  if (frame.upload) allowFiles(true);
  else if (frame.buttons.length || frame.speaker === "counsellor") allowFiles(false);
  const asks = frame.buttons.length > 0;
  const receipt = !byId("attach").hidden; // a file was answered; the question that asked for files stays open
  const done = asks ? [] : [frame.row];
  if (asks || (frame.answers.length && frame.speaker === "bot" && !receipt)) {
    if (question) done.push(question);
    question = asks ? frame.row : null;
    if (asks) offer(frame.buttons, (choice) => tap(choice.id, choice.label));
    else retire();
  }
  if (done.length) acknowledge(done).catch(() => {}); // what is not confirmed comes again and is confirmed then
}

function receive(frame) {
  if (shown.has(frame.row)) {
    const open = frame.row === question || frames.some((waiting) => waiting.row === frame.row);
    if (!open) acknowledge([frame.row]).catch(() => {});
    return;
  }
  shown.add(frame.row);
  frames.push(frame);
  void showInTurn();
}

async function showInTurn() {
  if (showing) return;
  showing = true;
  while (frames.length) {
    const frame = frames.shift();
    show(frame);
    const hurry = calm.matches || frame.card.length || frames[0]?.card.length || frame.speaker === "counsellor";
    if (frames.length && !hurry) {
      expectAnswer();
      await new Promise((resolve) => setTimeout(resolve, PACE_MS));
    }
  }
  showing = false;
}

// --- connection ------------------------------------------------------------

async function stayConnected(mine) {
  for (let tries = 0; !mine.signal.aborted; tries += 1) {
    try {
      await listen(mine.signal, () => {
        tries = 0;
        banner(null);
        nudge();
      }, (frame) => mine.signal.aborted || receive(frame));
    } catch (failure) {
      if (mine.signal.aborted) return;
      if (failure instanceof Refusal && failure.status === 401) return gone();
      trouble(failure);
    }
    const wait = RECONNECT_MS[Math.min(tries, RECONNECT_MS.length - 1)];
    await new Promise((resolve) => {
      setTimeout(resolve, wait);
      addEventListener("online", resolve, { once: true });
    });
  }
}

function trouble(failure) {
  if (failure instanceof Refusal && failure.status === 503) {
    banner("state.unavailable", { alarm: true });
  } else {
    banner(navigator.onLine ? "state.reconnecting" : "state.offline");
  }
}

function connect() {
  stream?.abort();
  stream = new AbortController();
  void stayConnected(stream);
}

function fresh() {
  stream?.abort();
  age += 1;
  starting = false;
  over = false;
  question = null;
  counsellor = false;
  shown = new Set();
  frames = [];
  clearLog();
  clearOutbox();
  clearFiles();
  retire();
  allowFiles(false);
}

function gone() {
  stream?.abort();
  memory.token = null;
  over = true;
  retire();
  banner("state.gone", { action: { key: "state.start_new", act: () => void begin() } });
}

async function begin(topic = null) {
  fresh();
  starting = true;
  const mine = age;
  banner(null);
  choosing(false);
  expectAnswer();
  for (let tries = 0; mine === age; tries += 1) {
    try {
      const { token } = await startChat(currentLanguage(), topic);
      if (mine === age) enter(token);
      return;
    } catch (failure) {
      if (mine !== age) return;
      if (failure instanceof Refusal && failure.status === 429) {
        starting = false;
        answered();
        return void showNotice("state.too_many_chats", { alarm: true, card: emergencyCard() });
      }
      trouble(failure);
      if (tries === 0 && failure instanceof Refusal && failure.answer.message) showFrame(failure.answer.message);
      await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS[Math.min(tries, 4)]));
    }
  }
}

function enter(token) {
  starting = false;
  memory.token = token;
  connect();
}

function resumed(token) {
  fresh();
  choosing(false);
  showNotice("log.resumed");
  enter(token);
}

function goOn() {
  showNotice("log.reloaded");
  connect();
}

const open = () => memory.token !== null || starting;

// --- writing ---------------------------------------------------------------

function fit() {
  input.style.height = "auto";
  input.style.height = `${input.scrollHeight + 2}px`;
  byId("send").disabled = !input.value.trim();
}

function submit() {
  const text = input.value.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, "").trim();
  if (!text || !open()) return;
  input.value = "";
  fit();
  write(text.toWellFormed?.() ?? text);
  input.focus();
}

function switchLanguage(chosen) {
  speak(chosen);
  memory.language = chosen;
  if (open()) tap(LANGUAGES[chosen], t(`language.${chosen}`));
  else void begin(topicFromLink());
}

// --- start -----------------------------------------------------------------

const link = new URLSearchParams(location.search);
const linkCode = new URLSearchParams(location.hash.slice(1)).get("code");

function topicFromLink() {
  const topic = link.get("topic") ?? "";
  return /^[a-z0-9_-]{1,40}$/.test(topic) ? topic : null;
}

function languageFromHere() {
  const wishes = [link.get("lang"), memory.language, ...(navigator.languages ?? [])];
  return wishes.map((wish) => (wish ?? "").slice(0, 2).toLowerCase()).find((wish) => wish === "de" || wish === "nl");
}

function choosing(open) {
  byId("languages").hidden = !open;
  byId("composer").hidden = open;
}

function askLanguage() {
  const title = byId("languages-title");
  delete title.dataset.t;
  title.replaceChildren(
    ...["de", "nl", "en"].map((known) => {
      const line = document.createElement("span");
      line.lang = known;
      line.textContent = t("language.choose", {}, known);
      return line;
    }),
  );
  choosing(true);
}

input.addEventListener("input", fit);
input.addEventListener("keydown", (event) => {
  const enter = event.key === "Enter" && !event.shiftKey && !event.isComposing;
  if (enter && !matchMedia("(pointer: coarse)").matches) {
    event.preventDefault();
    submit();
  }
});
byId("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  submit();
});
addEventListener("offline", () => over || banner("state.offline")); // how to begin anew stays on the screen
addEventListener("online", () => {
  if (!over) banner(null);
  nudge();
});
addEventListener("pageshow", (event) => event.persisted && location.reload());

configure({ gone, counsellorSpeaks: () => counsellor });
watchLeaving(byId("leave"));
watchSheets({
  tapped: (meaning, label) => open() && tap(MEANINGS[meaning], label),
  resumed,
  switched: switchLanguage,
});

const known = languageFromHere();
speak(known ?? page.language);
if (location.hash) history.replaceState(null, "", location.pathname + location.search);

if (linkCode) {
  void useCode(linkCode, resumed).then((found) => found || (memory.token ? goOn() : begin()));
} else if (memory.token) {
  goOn();
} else if (known) {
  void begin(topicFromLink());
} else {
  askLanguage();
}
