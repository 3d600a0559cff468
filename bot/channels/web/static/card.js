// Emergency contacts: numbers that dial, addresses that open.

import { emergencyCard, t } from "./texts.js";

function link(className, href, text, label) {
  const element = document.createElement("a");
  element.className = className;
  element.href = href;
  element.textContent = text;
  element.setAttribute("aria-label", label);
  return element;
}

function lineElement(line) {
  const item = document.createElement("li");
  const name = document.createElement("span");
  name.className = "card-name";
  name.textContent = line.name;
  item.append(name);
  if (line.note) {
    const note = document.createElement("span");
    note.className = "card-note";
    note.textContent = line.note;
    item.append(note);
  }
  const ways = document.createElement("span");
  ways.className = "card-ways";
  item.append(ways);
  if (line.phone) {
    const label = t("emergency.call", { name: line.name, phone: line.phone });
    ways.append(link("card-phone", `tel:${line.phone.replace(/[^0-9+*#]/g, "")}`, line.phone, label));
  }
  if (line.url?.startsWith("https://")) {
    const shown = line.url.replace(/^https:\/\/(www\.)?|\/$/g, "");
    const open = link("card-url", line.url, shown, t("emergency.open", { name: line.name, url: shown }));
    open.target = "_blank";
    open.rel = "noopener noreferrer";
    ways.append(open);
  }
  return item;
}

export function cardElement(lines) {
  const list = document.createElement("ul");
  list.className = "card";
  list.append(...lines.map(lineElement));
  return list;
}

export function refreshEmergencyCard() {
  document.getElementById("emergency-card").replaceChildren(...emergencyCard().map(lineElement));
}
