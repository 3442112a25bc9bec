/** Words in the language of the page. Sentences stand in locales/…/page.po; here only their keys. */

let words = {};
let spoken = "vi";

export const language = () => spoken;

/** Reads the sentences of "vi" or "en"; until they have come the old ones stay. */
export async function learn(wanted) {
  const response = await fetch(`/simulator/words?language=${wanted}`);
  if (!response.ok) throw new Error(`no words: ${response.status}`);
  words = await response.json();
  spoken = wanted;
  document.documentElement.lang = wanted;
}

/** The sentence of a key with its gaps filled. */
export function say(key, gaps = {}) {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (gap, name) => gaps[name] ?? gap);
}

export const knows = (key) => key in words;

/** Fills everything that carries a key: its text, or the attributes it names. */
export function paint(root = document) {
  for (const node of root.querySelectorAll("[data-word]")) node.textContent = say(node.dataset.word);
  for (const node of root.querySelectorAll("[data-word-label]")) {
    node.setAttribute("aria-label", say(node.dataset.wordLabel));
    if (node.matches("button")) node.title = say(node.dataset.wordLabel);
  }
  document.title = say("page.title");
}

const locale = () => (spoken === "en" ? "en-GB" : "vi-VN");

/** "Thứ Hai, 15/06/2026" of an ISO time; the parts are read as they are written, whatever zone the browser is in. */
export function dayInWords(iso) {
  const [year, month, day] = iso.slice(0, 10).split("-");
  const weekday = new Intl.DateTimeFormat(locale(), { weekday: "long", timeZone: "UTC" });
  return `${weekday.format(new Date(`${iso.slice(0, 10)}T00:00:00Z`))}, ${day}/${month}/${year}`;
}

/** "15/06" of an ISO time. */
export const shortDay = (iso) => `${iso.slice(8, 10)}/${iso.slice(5, 7)}`;

/** "08:05" of an ISO time. */
export const timeOfDay = (iso) => iso.slice(11, 16);

/** A size in bytes as people read it. */
export function sizeInWords(bytes) {
  if (bytes < 100_000) return `${Math.max(1, Math.round(bytes / 1000))} KB`;
  return `${new Intl.NumberFormat(locale(), { maximumFractionDigits: 1 }).format(bytes / 1_000_000)} MB`;
}

/** The smallest first letters by which a name is told from its neighbours: "Nguyễn Thị Lan" → "TL". */
export function initials(name) {
  const parts = name.replace(/[^\p{L}\p{N} ]/gu, " ").split(" ").filter(Boolean);
  return parts.slice(-2).map((part) => part[0].toUpperCase()).join("") || "?";
}
