// What this tab remembers: the chat's token and the language. Nothing outlives the tab.

const TOKEN = "t";
const LANGUAGE = "l";

function attempt(action) {
  try {
    return action();
  } catch {
    return null; // storage is switched off: the page works, a reload begins anew
  }
}

let token = attempt(() => sessionStorage.getItem(TOKEN));
let left = false; // after a quick exit a late answer must not bring the chat back into this tab

export const memory = {
  get token() {
    return token;
  },
  set token(fresh) {
    if (left) return;
    token = fresh;
    attempt(() => (fresh ? sessionStorage.setItem(TOKEN, fresh) : sessionStorage.removeItem(TOKEN)));
  },
  get language() {
    return attempt(() => sessionStorage.getItem(LANGUAGE));
  },
  set language(chosen) {
    attempt(() => sessionStorage.setItem(LANGUAGE, chosen));
  },
  forget() {
    left = true;
    token = null;
    attempt(() => sessionStorage.clear());
  },
};
