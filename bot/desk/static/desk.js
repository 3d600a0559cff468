// The page stays as the server rendered it; this module follows the live stream, sends what is typed, and knows keys.
import { bell } from "./bell.js";
import { drafts } from "./drafts.js";

const body = document.body;
const { csrf, title, case: open } = body.dataset;
const byId = (id) => document.getElementById(id);
const header = { "x-desk": "script" };
const parse = (html) => new DOMParser().parseFromString(html, "text/html");

let waiting = 0;

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

function count() {
  const head = document.querySelector(".queue-head");
  const now = Number(head?.dataset.waiting ?? 0);
  const unread = Number(head?.dataset.unread ?? 0);
  document.title = (now + unread ? `(${now + unread}) ` : "") + document.title.replace(/^\(\d+\) /, "");
  if (now > waiting) tell(body.dataset.new);
  bell.follow(now);
  waiting = now;
}

// One after the other, and once more for what was noticed meanwhile: a late answer must never cover a newer one.
function inTurn(load) {
  let running = null;
  let again = false;
  return () => {
    if (running) { again = true; return running; }
    running = (async () => {
      try {
        do { again = false; await load(); } while (again);
      } finally {
        running = null;
      }
    })();
    return running;
  };
}

const refreshQueue = inTurn(async () => {
  const place = byId("queue");
  if (!place) return;
  const answer = await ask(`/queue?selected=${encodeURIComponent(open)}`);
  if (!answer.ok) return;
  const fresh = parse(await answer.text()).body.childNodes;
  const focused = document.activeElement?.dataset?.ref;  // last: the cursor moves on while an answer arrives
  place.replaceChildren(...fresh);
  if (focused) place.querySelector(`[data-ref="${focused}"]`)?.focus();
  count();
});

// --- case ----------------------------------------------------------------------------------------------------------

const thread = byId("thread");
const composer = byId("composer");
const text = byId("text");
const scroller = () => (matchMedia("(max-width: 760px)").matches ? document.scrollingElement : thread);
const atEnd = () => { const box = scroller(); return box.scrollHeight - box.scrollTop - box.clientHeight < 120; };
const toEnd = () => { const box = scroller(); box.scrollTop = box.scrollHeight; };

function swap(fresh, id) {
  const place = byId(id);
  const part = fresh.querySelector(`[data-part="${id}"]`);
  if (!part || place.innerHTML.trim() === part.innerHTML.trim()) return;
  const key = document.activeElement?.closest("form[data-key]")?.dataset.key;
  const shut = [...place.querySelectorAll("details")].map((each) => each.open);
  place.replaceChildren(...part.childNodes);
  place.querySelectorAll("details").forEach((each, at) => { each.open = shut[at] ?? each.open; });
  if (key) place.querySelector(`form[data-key="${key}"] button`)?.focus();
}

let acting = null;

const refreshCase = inTurn(async () => {
  const answer = await ask(`/cases/${open}/parts?after=${thread.dataset.last}`);
  if (answer.status === 404) { location.replace("/"); return; }
  if (!answer.ok) return;
  const fresh = parse(await answer.text());
  const stay = !atEnd();
  swap(fresh, "case-head");
  swap(fresh, "case-side");
  const part = fresh.querySelector('[data-part="thread"]');
  const entries = [...part.querySelectorAll("li.entry")];
  thread.querySelector("ol").append(...entries);
  thread.dataset.last = part.dataset.last;
  if (entries.some((each) => each.classList.contains("from-person"))) tell(body.dataset.wrote);
  if (entries.length && !stay) toEnd();
  mine(part.dataset.mine === "1", part.dataset.fence);
  seen();
});

function mine(yes, fence) {
  composer.elements.fence.value = fence;
  const field = composer.querySelector("fieldset");
  const was = !field.disabled;
  field.disabled = !yes;
  text.title = yes ? "" : text.dataset.idle;
  if (yes && acting === "c") text.focus();
  if (was && !yes && document.activeElement === body) byId("main").focus();
}

function seen() {
  if (document.visibilityState === "visible") post(`/cases/${open}/seen`, {}).catch(() => {});
}

async function send() {
  const said = byId("composer-said");
  if (!text.value.trim() || composer.dataset.busy) return;
  composer.dataset.busy = "1";
  composer.elements.id.value ||= crypto.randomUUID();
  const fields = { text: text.value, fence: composer.elements.fence.value, id: composer.elements.id.value };
  try {
    const answer = await post(`/cases/${open}/messages`, fields);
    said.hidden = answer.ok;
    said.textContent = answer.ok ? "" : await answer.text();
    if (answer.ok) {
      text.value = "";
      composer.elements.id.value = "";
      drafts.drop(open);
    }
    await refreshCase();
  } catch {
    said.hidden = false;
    said.textContent = body.dataset.offline;
  } finally {
    delete composer.dataset.busy;
    // Back to the field after a click on the button – but never away from where somebody has gone meanwhile.
    const here = document.activeElement;
    if (!composer.querySelector("fieldset").disabled && (here === body || composer.contains(here))) text.focus();
  }
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

// Without leaving the page: what is typed meanwhile must not reach the keys of a page that is going away.
async function act(form) {
  if (acting) return;
  acting = form.dataset.key;
  const said = byId("composer-said");
  try {
    const answer = await ask(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    said.hidden = answer.ok;
    said.textContent = answer.ok ? "" : await answer.text();
    if (acting !== "c" || !answer.ok) acting = null;
    await refreshCase();
  } catch {
    said.hidden = false;
    said.textContent = body.dataset.offline;
  } finally {
    acting = null;
  }
}

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
  g: () => location.assign("/"),
  "?": () => byId("keys").showModal(),
};

// Single keys can be switched off, for people who speak to their computer (WCAG 2.1.4).
const single = byId("keys-single");
single.checked = localStorage.getItem("desk-keys") !== "off";
single.addEventListener("change", () => localStorage.setItem("desk-keys", single.checked ? "on" : "off"));

document.addEventListener("keydown", (event) => {
  if (!single.checked) return;
  const typing = event.target.closest?.("input, textarea, dialog");
  if (typing || acting || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.key === "c" && !document.querySelector('form[data-key="c"]')) { claimFocused(event); return; }
  if (keys[event.key]) { event.preventDefault(); keys[event.key](); return; }
  if ("cbqe".includes(event.key)) { event.preventDefault(); press(event.key); }
});

// On the queue page `c` takes the line under the cursor: open it, and claim there.
async function claimFocused(event) {
  const ref = document.activeElement?.dataset?.ref;
  if (!ref) return;
  event.preventDefault();
  const answer = await post(`/cases/${ref}/claim`, {});
  location.assign(`/cases/${ref}${answer.ok ? "" : "?note=lost"}`);
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
  stream.addEventListener("open", () => { clearTimeout(lost); connection("on"); });
  stream.addEventListener("queue", refreshQueue);
  stream.addEventListener("case", (event) => { if (thread && event.data === open) refreshCase(); });
  stream.addEventListener("ended", leave);
  stream.addEventListener("error", () => {
    lost = setTimeout(() => connection("off"), 1500);
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
if (byId("queue")) follow();
else connection("on");
