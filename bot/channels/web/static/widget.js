// For other sites: <script src="https://…/widget.js" async></script> puts a chat button on the page.
// Everything happens in a frame of the helpline's own; this script sees nothing of it.
(() => {
  "use strict";
  const script = document.currentScript;
  const home = new URL(script.src).origin;
  const language = script.dataset.language;
  const words = { open: "{{ widget.open }}", close: "{{ widget.close }}", title: "{{ widget.title }}" };
  const place = { position: "fixed", right: "16px", bottom: "16px", zIndex: "2147483000" };

  const style = (element, rules) => Object.assign(element.style, rules);

  const button = document.createElement("button");
  button.type = "button";
  button.textContent = words.open;
  button.setAttribute("aria-expanded", "false");
  style(button, {
    ...place, minHeight: "48px", padding: "0 20px", border: "0", borderRadius: "24px", cursor: "pointer",
    background: "#0d5c63", color: "#ffffff", font: "600 16px/1.2 system-ui, sans-serif",
  });

  let frame = null;

  function open() {
    frame = document.createElement("iframe");
    frame.title = words.title;
    frame.src = `${home}/${language ? `?lang=${encodeURIComponent(language)}` : ""}`;
    frame.referrerPolicy = "no-referrer";
    style(frame, {
      ...place, bottom: "76px", border: "0", borderRadius: "18px", background: "#ffffff",
      width: "min(420px, calc(100vw - 32px))", height: "min(680px, calc(100dvh - 100px))",
      boxShadow: "0 12px 40px rgb(0 0 0 / 30%)",
    });
    document.body.append(frame);
  }

  button.addEventListener("click", () => {
    if (!frame) open();
    else frame.hidden = !frame.hidden;
    const shown = !frame.hidden;
    button.textContent = shown ? words.close : words.open;
    button.setAttribute("aria-expanded", String(shown));
  });

  const show = () => document.body.append(button);
  if (document.body) show();
  else addEventListener("DOMContentLoaded", show, { once: true });
})();
