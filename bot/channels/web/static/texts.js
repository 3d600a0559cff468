// Words of the page: all languages are on board, so switching needs no connection.

export const page = JSON.parse(document.getElementById("page-data").textContent);

let language = page.language;

export function currentLanguage() {
  return language;
}

export function t(key, values = {}, inLanguage = language) {
  const text = page.languages[inLanguage].texts[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

export function emergencyCard() {
  return page.languages[language].card;
}

// Every element that shows words says which: data-t (content), data-label, data-title, data-placeholder.
export function speak(chosen) {
  language = chosen;
  const root = document.documentElement;
  root.lang = chosen;
  document.title = t("page.title");
  for (const element of document.querySelectorAll("[data-t]")) element.textContent = t(element.dataset.t);
  for (const element of document.querySelectorAll("[data-label]")) element.setAttribute("aria-label", t(element.dataset.label));
  for (const element of document.querySelectorAll("[data-title]")) element.title = t(element.dataset.title);
  for (const element of document.querySelectorAll("[data-placeholder]")) element.placeholder = t(element.dataset.placeholder);
  for (const link of document.querySelectorAll("[data-legal]")) link.search = `lang=${chosen}`;
  for (const button of document.querySelectorAll(".switch [data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === chosen));
  }
  root.dispatchEvent(new CustomEvent("languagechange"));
}
