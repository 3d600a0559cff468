// Brings a part of the page to what the server says now and keeps every element that stays the same thing: a press that
// has begun ends on the element where it began, and the cursor stays. `data-same` names a thing that may change places.
const name = (node) => node.dataset?.same;

export function patch(place, fresh) {
  const known = new Map([...place.querySelectorAll("[data-same]")].map((each) => [name(each), each]));
  const focused = document.activeElement;
  fill(place, fresh, known);
  if (focused !== document.activeElement && place.contains(focused)) focused.focus({ preventScroll: true });
}

function fill(place, fresh, known) {
  const wanted = [...fresh.childNodes];
  const kept = partners(place, wanted, known);
  for (const node of [...place.childNodes]) if (!kept.includes(node)) node.remove();
  let at = place.firstChild;
  wanted.forEach((node, index) => {
    const mine = kept[index] ?? node.cloneNode(false);
    if (mine === at) at = at.nextSibling;
    else place.insertBefore(mine, at);
    match(mine, node, known);
  });
}

// For each wanted node the one that stands for it already: by its name, else the next nameless one of its kind.
function partners(place, wanted, known) {
  const nameless = [...place.childNodes].filter((node) => !name(node));
  return wanted.map((node) => {
    if (name(node)) return known.get(name(node));
    const found = nameless.findIndex((each) => each.nodeName === node.nodeName);
    return found < 0 ? undefined : nameless.splice(0, found + 1).at(-1);
  });
}

function match(mine, node, known) {
  if (mine.nodeType !== Node.ELEMENT_NODE) {
    if (mine.data !== node.data) mine.data = node.data;
    return;
  }
  for (const each of mine.getAttributeNames()) if (!node.hasAttribute(each) && !theirs(mine, each)) mine.removeAttribute(each);
  for (const each of node.getAttributeNames()) {
    const value = node.getAttribute(each);
    if (mine.getAttribute(each) !== value && !theirs(mine, each)) mine.setAttribute(each, value);
  }
  fill(mine, node, known);
}

// Whoever opened or shut a box knows why.
const theirs = (element, attribute) => element.localName === "details" && attribute === "open";
