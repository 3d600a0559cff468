// Quick exit: by the button or by Escape three times. Leaves nothing of this tab behind.

import { memory } from "./memory.js";
import { newId, sendMessage } from "./server.js";
import { page } from "./texts.js";

const WITHIN_MS = 2_000;
const STOP = "root.stop";

let presses = [];

function outermost() {
  try {
    window.top.location.replace(page.leave_url);
  } catch {
    location.replace(page.leave_url);
  }
}

export function leave({ tell = true } = {}) {
  document.documentElement.hidden = true;
  document.title = "";
  const token = memory.token;
  memory.forget();
  if (tell && token) sendMessage({ id: newId(), tap: STOP }, { token, keepalive: true }).catch(() => {});
  outermost();
}

export function watchLeaving(button) {
  button.addEventListener("click", () => leave());
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape") {
        presses = [];
        return;
      }
      const now = Date.now();
      presses = [...presses.filter((at) => now - at < WITHIN_MS), now];
      if (presses.length >= 3) leave();
    },
    { capture: true },
  );
}
