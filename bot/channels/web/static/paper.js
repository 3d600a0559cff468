// A ready-made text to take along: copied, or saved as a plain text file whose name tells nobody anything.

import { t } from "./texts.js";

const FILE_NAME = "text.txt";

function button(key, act) {
  const element = document.createElement("button");
  element.type = "button";
  element.textContent = t(key);
  element.dataset.t = key;
  element.addEventListener("click", () => act(element));
  return element;
}

export function paperElement(text) {
  const box = document.createElement("div");
  box.className = "paper";
  const words = document.createElement("div");
  words.className = "paper-text";
  words.textContent = text;
  const acts = document.createElement("div");
  acts.className = "paper-acts";
  const copy = button("paper.copy", (pressed) => {
    getSelection().selectAllChildren(words);
    if (!document.execCommand("copy")) return;
    pressed.dataset.t = "paper.copied";
    pressed.textContent = t("paper.copied");
  });
  acts.append(copy, button("paper.save", () => save(text)));
  box.append(words, acts);
  return box;
}

function save(text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text, "\n"], { type: "text/plain;charset=utf-8" }));
  link.download = FILE_NAME;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
