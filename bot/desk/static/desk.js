// The page stays as the server rendered it; this module follows the live stream, sends what is typed, and knows keys.
import { bell } from "./bell.js";
import { drafts } from "./drafts.js";
import { patch } from "./patch.js";

const body = document.body;
const { csrf, title, case: open } = body.dataset;
const byId = (id) => document.getElementById(id);
const header = { "x-desk": "script" };
const parse = (html) => new DOMParser().parseFromString(html, "text/html");

const AGAIN_MS = 3_000;
const LEAVING_MS = 5_000;
const LOST_MS = 2_000;
const MINUTE_MS = 60_000;

async function ask(path, options = {}) {
  const answer = await fetch(path, { ...options, headers: { ...header, ...options.headers }, redirect: "manual" });
  if (answer.status === 401 || answer.type === "opaqueredirect") leave();
  return answer;
}

const post = (path, fields) => ask(path, { method: "POST", body: new URLSearchParams({ csrf, ...fields }) });

function leave() {
  sessionStorage.clear();
  location.replace("/sign-in");
}

function tell(words) {
  byId("told").textContent = "";
  requestAnimationFrame(() => { byId("told").textContent = words; });
}

// --- queue ---------------------------------------------------------------------------------------------------------

let waiting = new Set();

function count() {
  const head = document.querySelector(".queue-head");
  const sum = Number(head?.dataset.waiting ?? 0) + Number(head?.dataset.unread ?? 0);
  document.title = (sum ? `(${sum}) ` : "") + document.title.replace(/^\(\d+\) /, "");
  const now = new Set([...document.querySelectorAll("#queue .waiting .line")].map((line) => line.dataset.ref));
  const somebodyNew = [...now].some((ref) => !waiting.has(ref));
  if (somebodyNew) tell(body.dataset.new);
  bell.follow(now.size, somebodyNew);
  waiting = now;
}

// One after the other: a late answer must never cover a newer one. Whoever asks meanwhile gets one more, begun after
// they asked. What fails is asked again by itself, for nobody else will notice that the page is behind.
function inTurn(load) {
  let running = null;
  let next = null;
  let later = null;
  function begin() {
    clearTimeout(later);
    next = null;
    running = load()
      .catch(() => { later = setTimeout(turn, AGAIN_MS); })
      .finally(() => { running = null; });
    return running;
  }
  function turn() {
    if (next) return next;
    if (!running) return begin();
    next = running.then(begin);
    return next;
  }
  return turn;
}

async function page(answer) {
  if (!answer.ok) throw new Error(String(answer.status));
  return parse(await answer.text());
}

const refreshQueue = inTurn(async () => {
  const fresh = await page(await ask(`/queue?selected=${encodeURIComponent(open)}`));
  patch(byId("queue"), fresh.body);
  count();
});

// --- case ----------------------------------------------------------------------------------------------------------

const thread = byId("thread");
const composer = byId("composer");
const text = byId("text");
const scroller = () => (matchMedia("(max-width: 760px)").matches ? document.scrollingElement : thread);
const atEnd = () => { const box = scroller(); return box.scrollHeight - box.scrollTop - box.clientHeight < 120; };
const toEnd = () => { const box = scroller(); box.scrollTop = box.scrollHeight; };

let claiming = false;

const refreshCase = inTurn(async () => {
  const answer = await ask(`/cases/${open}/parts?after=${thread.dataset.last}`);
  if (answer.status === 404) { location.replace("/"); return; }
  const fresh = await page(answer);
  const part = (name) => fresh.querySelector(`[data-part="${name}"]`);
  const stay = !atEnd();
  patch(byId("case-head"), part("case-head"));
  patch(byId("case-side"), part("case-side"));
  const said = part("thread");
  const entries = [...said.querySelectorAll("li.entry")];
  thread.querySelector("ol").append(...entries);
  thread.dataset.last = said.dataset.last;
  if (entries.some((each) => each.classList.contains("from-person"))) tell(body.dataset.wrote);
  if (entries.length && !stay) toEnd();
  mine(said.dataset.mine === "1", said.dataset.fence);
  seen();
});

function mine(yes, fence) {
  composer.elements.fence.value = fence;
  const field = composer.querySelector("fieldset");
  const lost = !field.disabled && !yes;
  const here = document.activeElement;
  field.disabled = !yes;
  text.title = yes ? "" : text.dataset.idle;
  if (yes && claiming) { claiming = false; text.focus(); }
  if (lost && here === text) rest(LOST_MS);
  if (lost && (here === text || here === body)) byId("main").focus();
}

// With the last turn on this page: what has arrived since then has not been seen.
function seen() {
  if (document.visibilityState === "visible") post(`/cases/${open}/seen`, { last: thread.dataset.last }).catch(() => {});
}

function say(words) {
  const place = byId("composer-said");
  place.hidden = !words;
  place.textContent = words;
}

// What was pressed is sent, one after the other; what was typed after it, or was not taken, stays in the field.
let sending = null;
let pressed = "";

function send() {
  pressed = text.value;
  sending ??= deliverAll().finally(() => { sending = null; });
  return sending;
}

// Resolves to whether everything was taken.
async function deliverAll() {
  while (pressed.trim()) {
    const words = pressed;
    if (!(await deliver(words))) return false;
    pressed = after(words, pressed);
  }
  return true;
}

const after = (sent, words) => (words.startsWith(sent) ? words.slice(sent.length).trimStart() : words);

async function deliver(words) {
  composer.elements.id.value ||= crypto.randomUUID();
  const fields = { text: words, fence: composer.elements.fence.value, id: composer.elements.id.value };
  try {
    const answer = await post(`/cases/${open}/messages`, fields);
    say(answer.ok ? "" : await answer.text());
    if (answer.ok) delivered(words);
    refreshCase();
    return answer.ok;
  } catch {
    say(body.dataset.offline);
    return false;
  } finally {
    // Back to the field after a click on the button – but never away from where somebody has gone meanwhile.
    const here = document.activeElement;
    if (!composer.querySelector("fieldset").disabled && (here === body || composer.contains(here))) text.focus();
  }
}

function delivered(words) {
  text.value = after(words, text.value);
  composer.elements.id.value = "";
  if (text.value) drafts.keep(open, text.value);
  else drafts.drop(open);
}

if (thread) {
  toEnd();
  text.value ||= drafts.get(open);
  mine(!composer.querySelector("fieldset").disabled, composer.elements.fence.value);
  text.addEventListener("input", () => { drafts.keep(open, text.value); composer.elements.id.value = ""; });
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); send(); }
    if (event.key === "Escape") { event.stopPropagation(); thread.focus(); }
  });
  composer.addEventListener("submit", (event) => { event.preventDefault(); send(); });
  document.addEventListener("visibilitychange", seen);
  seen();
}

// --- acts ----------------------------------------------------------------------------------------------------------

document.addEventListener("submit", (event) => {
  const { key, ask: question } = event.target.dataset;
  if (event.target.id === "sign-out") sessionStorage.clear();
  if (!key || !thread) return;
  event.preventDefault();
  if (!question || confirm(question)) act(event.target);
});

let acting = false;

// Without leaving the page: what is typed after `c` must not reach the keys of a page that is going away. Words on their
// way to the person go first: after a hand-back nobody would take them.
async function act(form) {
  if (acting) return;
  acting = true;
  claiming = form.dataset.key === "c";
  const asked = { method: "POST", body: new URLSearchParams(new FormData(form)) };
  try {
    if (sending && !(await sending)) return;
    const answer = await ask(form.action, asked);
    say(answer.ok ? "" : await answer.text());
    if (!answer.ok) claiming = false;
  } catch {
    say(body.dataset.offline);
    claiming = false;
  } finally {
    acting = false;
  }
  await refreshCase();
  claiming = false;
}

// Keys rest while the page changes under the hands: what is typed then was meant for something else.
let resting = null;

function rest(milliseconds) {
  clearTimeout(resting);
  resting = setTimeout(() => { resting = null; }, milliseconds);
}

function go(path) {
  rest(LEAVING_MS);
  location.assign(path);
}

document.addEventListener("click", (event) => {
  const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  if (plain && event.target.closest?.('a[href^="/"]')) rest(LEAVING_MS);
});

function move(by) {
  const lines = [...document.querySelectorAll("#queue .line")];
  const at = lines.findIndex((line) => line === document.activeElement);
  const from = at >= 0 ? at : lines.findIndex((line) => line.getAttribute("aria-current"));
  lines[Math.min(Math.max(from + by, 0), lines.length - 1)]?.focus();
}

const press = (key) => document.querySelector(`form[data-key="${key}"] button`)?.click();

const keys = {
  j: () => move(1),
  k: () => move(-1),
  r: () => text?.focus(),
  g: () => go("/"),
  "?": () => byId("keys").showModal(),
};

// Single keys can be switched off, for people who speak to their computer (WCAG 2.1.4).
const single = byId("keys-single");
single.checked = localStorage.getItem("desk-keys") !== "off";
single.addEventListener("change", () => localStorage.setItem("desk-keys", single.checked ? "on" : "off"));

document.addEventListener("keydown", (event) => {
  if (!single.checked) return;
  const typing = event.target.closest?.("input, textarea, dialog");
  if (typing || claiming || resting || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.key === "c" && !document.querySelector('form[data-key="c"]')) { claimFocused(event); return; }
  if (keys[event.key]) { event.preventDefault(); keys[event.key](); return; }
  if ("cbqe".includes(event.key)) { event.preventDefault(); press(event.key); }
});

// On the queue page `c` takes the line under the cursor: open it, and claim there.
async function claimFocused(event) {
  const ref = document.activeElement?.dataset?.ref;
  if (!ref) return;
  event.preventDefault();
  claiming = true;
  try {
    const answer = await post(`/cases/${ref}/claim`, {});
    go(`/cases/${ref}${answer.ok ? "" : "?note=lost"}`);
  } catch {
    tell(body.dataset.offline);
  } finally {
    claiming = false;
  }
}

byId("keys-open")?.addEventListener("click", keys["?"]);

// --- live ----------------------------------------------------------------------------------------------------------

function connection(state) {
  const sign = byId("connection");
  if (sign.dataset.state === state) return;
  sign.dataset.state = state;
  sign.textContent = state === "on" ? body.dataset.online : body.dataset.offline;
}

function follow() {
  const stream = new EventSource("/live");
  let lost = null;
  stream.addEventListener("open", () => { clearTimeout(lost); lost = null; connection("on"); });
  stream.addEventListener("queue", refreshQueue);
  stream.addEventListener("case", (event) => { if (thread && event.data === open) refreshCase(); });
  stream.addEventListener("ended", leave);
  stream.addEventListener("error", () => {
    lost ??= setTimeout(() => connection("off"), 1500);
    if (stream.readyState === EventSource.CLOSED) {
      stream.close();
      ask("/queue").catch(() => {});
      setTimeout(follow, 3000);
    }
  });
  addEventListener("pagehide", () => stream.close(), { once: true });
}

// A person at the keyboard keeps the sign-in alive; an open page alone does not (S10).
let active = false;
for (const kind of ["keydown", "pointerdown"]) addEventListener(kind, () => { active = true; bell.wake(); }, { passive: true });
setInterval(() => { if (active) { active = false; post("/here", {}).catch(() => {}); } }, 120_000);
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

bell.button(byId("sound"));
count();
if (byId("queue")) {
  follow();
  setInterval(refreshQueue, MINUTE_MS);  // the stream tells what happens; that people wait longer, nothing tells
} else {
  connection("on");
}
