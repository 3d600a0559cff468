// Talking to the helpline. Answers that are no success become a Refusal with the server's fixed code.

import { memory } from "./memory.js";
import { currentLanguage } from "./texts.js";

const PATIENCE_MS = 20_000;
const SILENCE_MS = 40_000; // the server says something at least every 15 s

export class Refusal extends Error {
  constructor(status, answer) {
    super(answer.error ?? "failed");
    this.status = status;
    this.code = answer.error ?? "failed";
    this.answer = answer;
  }
}

function headers(token) {
  const fields = { "Accept-Language": currentLanguage() };
  if (token) fields.Authorization = `Bearer ${token}`;
  return fields;
}

async function post(path, body, { token = memory.token, keepalive = false } = {}) {
  const response = await fetch(path, {
    method: "POST",
    headers: { ...headers(token), "Content-Type": "application/json" },
    body: JSON.stringify(body),
    keepalive,
    credentials: "omit",
    cache: "no-store",
    redirect: "error",
    signal: keepalive ? undefined : AbortSignal.timeout(PATIENCE_MS),
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refusal(response.status, answer);
  return answer;
}

export const startChat = (language, topic) => post("/chat", topic ? { language, topic } : { language }, { token: null });
export const sendMessage = (message, options) => post("/chat/messages", message, options);
export const acknowledge = (rows) => post("/chat/ack", { rows });
export const resumeChat = (code) => post("/chat/resume", { code }, { token: null });
export const freshCode = () => post("/chat/code", {});

export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

// One connection: calls `each` for every frame, returns when the server ends it, throws when it breaks.
export async function listen(signal, opened, each) {
  const silence = new AbortController();
  let watch = setTimeout(() => silence.abort(), SILENCE_MS);
  const either = AbortSignal.any ? AbortSignal.any([signal, silence.signal]) : signal;
  try {
    const response = await fetch("/chat/stream", {
      headers: headers(memory.token), credentials: "omit", cache: "no-store", redirect: "error", signal: either,
    });
    if (!response.ok) throw new Refusal(response.status, await response.json().catch(() => ({})));
    opened();
    const reader = response.body.getReader();
    const decoder = new TextDecoder();
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      clearTimeout(watch);
      watch = setTimeout(() => silence.abort(), SILENCE_MS);
      const lines = (rest + decoder.decode(value, { stream: true })).split("\n");
      rest = lines.pop();
      for (const line of lines) if (line) each(JSON.parse(line));
    }
  } finally {
    clearTimeout(watch);
  }
}

// One file as a raw body. XMLHttpRequest, because only it tells how much has left the phone.
export function sendFile(id, file, progress, signal) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PUT", `/chat/files/${id}`);
    for (const [name, value] of Object.entries(headers(memory.token))) request.setRequestHeader(name, value);
    request.setRequestHeader("Content-Type", file.type || "application/octet-stream");
    request.setRequestHeader("X-File-Name", encodeURIComponent(file.name.toWellFormed?.() ?? file.name));
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => event.lengthComputable && progress(event.loaded / event.total));
    request.addEventListener("load", () => {
      const answer = request.response ?? {};
      if (request.status === 201) resolve(answer);
      else reject(new Refusal(request.status, answer));
    });
    request.addEventListener("error", () => reject(new TypeError("network")));
    request.addEventListener("abort", () => reject(new DOMException("cancelled", "AbortError")));
    signal.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}
