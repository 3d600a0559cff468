// Answers to tap, below the last message. They leave once one was taken or the question has changed.

import { answered, follow } from "./log.js";

const group = document.getElementById("choices");
const scroll = document.getElementById("scroll");

export function offer(buttons, taken) {
  const focused = group.contains(document.activeElement);
  group.replaceChildren(
    ...buttons.map((choice) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = choice.label;
      button.dataset.choice = choice.id;
      button.addEventListener("click", (event) => {
        if (event.detail > 1) return; // the second half of a double press was meant for the question before
        retire();
        taken(choice);
      });
      return button;
    }),
  );
  group.hidden = buttons.length === 0;
  if (focused && !group.hidden) group.firstElementChild.focus({ preventScroll: true });
  answered();
  requestAnimationFrame(follow);
}

// Focus must not fall back to the top of the page when the pressed button goes.
export function retire() {
  const focused = group.contains(document.activeElement);
  group.replaceChildren();
  group.hidden = true;
  if (focused) scroll.focus({ preventScroll: true });
}
