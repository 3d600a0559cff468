// Half-written answers survive a reload of this tab; sign-out and the sign-in page clear them (S13).
const key = (ref) => `draft:${ref}`;

export const drafts = {
  get: (ref) => sessionStorage.getItem(key(ref)) ?? "",
  keep: (ref, words) => sessionStorage.setItem(key(ref), words),
  drop: (ref) => sessionStorage.removeItem(key(ref)),
};
