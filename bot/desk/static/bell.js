// A soft two-tone bell while somebody waits: at once for each new person, then every 20 seconds until nobody waits.
const EVERY_MS = 20_000;
const KEY = "desk-sound";
let context = null;
let timer = null;

const on = () => localStorage.getItem(KEY) !== "off";

function ring() {
  if (!on()) return;
  context ??= new AudioContext();
  if (context.state !== "running") return;
  [659, 880].forEach((pitch, at) => {
    const start = context.currentTime + at * 0.18;
    const tone = context.createOscillator();
    const volume = context.createGain();
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0, start);
    volume.gain.linearRampToValueAtTime(0.2, start + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.001, start + 0.5);
    tone.connect(volume).connect(context.destination);
    tone.start(start);
    tone.stop(start + 0.55);
  });
}

export const bell = {
  follow(waiting, somebodyNew) {
    if (somebodyNew) ring();
    if (waiting) {
      timer ??= setInterval(ring, EVERY_MS);  // a busy night must not put off the next stroke again and again
    } else {
      clearInterval(timer);
      timer = null;
    }
  },
  wake() {
    if (on()) (context ??= new AudioContext()).resume();
  },
  button(button) {
    const show = () => {
      button.setAttribute("aria-pressed", String(on()));
      button.textContent = on() ? button.dataset.on : button.dataset.off;
    };
    button.addEventListener("click", () => { localStorage.setItem(KEY, on() ? "off" : "on"); show(); ring(); });
    show();
  },
};
