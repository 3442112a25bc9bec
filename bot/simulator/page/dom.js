/** Elements built by hand, so that nothing anyone wrote is ever read as markup. */

import { say } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";

/** The new element. `on…` are listeners, `data` the data set, `word` the key of its name; false, null and undefined leave it out. */
export function el(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key === "data") Object.assign(node.dataset, value);
    else if (key === "word") label(node, value);
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** Names the element by a key, and keeps the key, so that the name follows the language of the page (`paint`). */
function label(node, key) {
  node.dataset.wordLabel = key;
  node.setAttribute("aria-label", say(key));
}

/** One of the drawings at the end of index.html; what it means stands beside it or in the button's label. */
export function icon(name) {
  const picture = document.createElementNS(SVG, "svg");
  picture.setAttribute("class", "icon");
  picture.setAttribute("aria-hidden", "true");
  const drawing = document.createElementNS(SVG, "use");
  drawing.setAttribute("href", `#i-${name}`);
  picture.append(drawing);
  return picture;
}

/** A button that shows a drawing only; what it says and its tooltip stand under `key`, with `gaps` filled. */
export function iconButton(name, key, attributes = {}, gaps = undefined) {
  const title = say(key, gaps);
  const named = gaps ? { "aria-label": title } : { word: key };
  return el("button", { type: "button", class: "round", title, ...named, ...attributes }, icon(name));
}

export const byId = (id) => document.getElementById(id);

let numbers = 0;

/** An id no other element has. */
export const freshId = (prefix) => `${prefix}-${++numbers}`;

/** The phones are side by side, or one at a time with the list of people as a sheet. */
export const narrow = matchMedia("(max-width: 47.99rem)");

/** The opener folds the node out and in; so do a press elsewhere and Escape. What comes back sets it. */
export function foldOut(opener, node) {
  const set = (open) => {
    opener.setAttribute("aria-expanded", String(open));
    node.classList.toggle("unfolded", open);
  };
  opener.addEventListener("click", () => set(opener.getAttribute("aria-expanded") !== "true"));
  document.addEventListener("pointerdown", (event) => {
    const inside = node.contains(event.target) || opener.contains(event.target) || event.target.closest("dialog");
    if (!inside) set(false);
  });
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !node.classList.contains("unfolded")) return;
    set(false);
    opener.focus();
  });
  return set;
}
