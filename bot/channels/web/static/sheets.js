// The three sheets: emergency contacts, menu, resume code.

import { refreshEmergencyCard } from "./card.js";
import { freshCode, Refusal, resumeChat } from "./server.js";
import { t } from "./texts.js";

const byId = (id) => document.getElementById(id);
const PROBLEMS = { unknown_code: "code.unknown", bad_request: "code.unknown", too_many_tries: "code.too_many" };

function open(id) {
  const sheet = byId(id);
  if (!sheet.open) sheet.showModal();
  sheet.scrollTop = 0;
}

export function closeSheets() {
  for (const sheet of document.querySelectorAll("dialog[open]")) sheet.close();
}

// A fresh code is shown where it was asked for; one the bot gives appears in the same place.
export function showCode(code, telegram = null) {
  const box = document.createElement("div");
  box.className = "code-box";
  const label = document.createElement("p");
  label.textContent = t("code.yours");
  const output = document.createElement("output");
  output.textContent = code;
  const copy = document.createElement("button");
  copy.type = "button";
  copy.textContent = t("code.copy");
  copy.addEventListener("click", () => {
    getSelection().selectAllChildren(output);
    if (document.execCommand("copy")) copy.textContent = t("code.copied");
  });
  const once = document.createElement("p");
  once.textContent = t("code.once");
  box.append(label, output, copy, once);
  if (telegram) box.append(telegramLink(telegram));
  byId("code-shown").replaceChildren(box);
  byId("code-shown").hidden = false;
  open("code");
}

// The same conversation in the messenger; the link holds the code and works once, like it.
function telegramLink(address) {
  const link = document.createElement("a");
  link.href = address;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  link.textContent = t("code.telegram");
  return link;
}

async function makeCode() {
  byId("code-make").disabled = true;
  byId("code-problem").textContent = "";
  try {
    const { code, telegram } = await freshCode();
    showCode(code, telegram);
  } catch {
    byId("code-problem").textContent = t("state.failed");
  }
  byId("code-make").disabled = false;
}

export async function useCode(code, resumed) {
  try {
    const { token } = await resumeChat(code);
    closeSheets();
    resumed(token);
    return true;
  } catch (failure) {
    const key = failure instanceof Refusal ? (PROBLEMS[failure.code] ?? "state.failed") : "state.failed";
    open("code");
    byId("code-problem").textContent = t(key);
    byId("code-input").focus();
    return false;
  }
}

export function watchSheets({ tapped, resumed, switched }) {
  byId("emergency-open").addEventListener("click", () => {
    open("emergency");
    tapped("emergency", t("header.emergency"));
  });
  byId("menu-open").addEventListener("click", () => open("menu"));
  byId("menu-code").addEventListener("click", () => {
    closeSheets();
    byId("code-shown").hidden = true;
    byId("code-problem").textContent = "";
    open("code");
  });
  for (const [id, meaning] of [["menu-human", "human"], ["menu-data", "my_data"], ["menu-delete", "delete"]]) {
    byId(id).addEventListener("click", () => {
      closeSheets();
      tapped(meaning, t(`menu.${meaning}`));
    });
  }
  for (const button of document.querySelectorAll("[data-language]")) {
    button.addEventListener("click", () => {
      closeSheets();
      switched(button.dataset.language);
    });
  }
  byId("code-make").addEventListener("click", () => void makeCode());
  byId("code-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const code = byId("code-input").value.trim();
    byId("code-input").value = "";
    if (code) void useCode(code, resumed);
  });
  for (const sheet of document.querySelectorAll("dialog")) {
    sheet.addEventListener("click", (event) => event.target === sheet && sheet.close());
  }
  document.documentElement.addEventListener("languagechange", refreshEmergencyCard);
}
