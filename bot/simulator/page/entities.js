/** Text with Telegram's entities as elements. Offsets count UTF-16 units, which is what JavaScript strings are made of. */

import { el } from "./dom.js";
import { say } from "./words.js";

const PLAIN = {
  bold: "strong",
  italic: "em",
  underline: "u",
  strikethrough: "s",
  code: "code",
  pre: "pre",
  blockquote: "blockquote",
  expandable_blockquote: "blockquote",
};
const BLOCKS = new Set(["PRE", "BLOCKQUOTE"]);
const LIGHTS = {
  "🔴": "page.light_red",
  "🟡": "page.light_amber",
  "🟢": "page.light_green",
  "⚪": "page.light_grey",
  "✅": "page.light_done",
  "⏳": "page.light_waiting",
  "↩️": "page.light_returned",
  "↩": "page.light_returned",
};
const LIGHT = /(🔴|🟡|🟢|⚪|✅|⏳|↩️?)/u;

/** The text as a fragment; `act` has command(text) and address(url) for what can be pressed. */
export function rich(text, entities, act) {
  const whole = document.createDocumentFragment();
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  fill(whole, text, 0, text.length, sorted, act);
  return whole;
}

function fill(parent, text, start, end, entities, act) {
  let at = start;
  let next = 0;
  while (next < entities.length) {
    const entity = entities[next++];
    if (entity.offset < at || entity.offset >= end) continue;
    parent.append(...lit(text.slice(at, entity.offset)));
    const stop = Math.min(entity.offset + entity.length, end);
    const inside = [];
    while (next < entities.length && entities[next].offset < stop) inside.push(entities[next++]);
    const node = element(entity, text.slice(entity.offset, stop), act);
    fill(node, text, entity.offset, stop, inside, act);
    parent.append(node);
    // A block ends its line by itself.
    at = BLOCKS.has(node.tagName) && text[stop] === "\n" ? stop + 1 : stop;
  }
  parent.append(...lit(text.slice(at, end)));
}

function element(entity, shown, act) {
  if (PLAIN[entity.type]) return el(PLAIN[entity.type]);
  if (entity.type === "spoiler") return spoiler();
  if (entity.type === "bot_command") return pressed(() => act.command(shown));
  if (entity.type === "text_link" || entity.type === "url") return pressed(() => act.address(entity.url ?? shown));
  return el("span", { class: entity.type });
}

/** A link and no button, for only links break over lines like the text around them. */
function pressed(action) {
  const onclick = (event) => {
    event.preventDefault();
    action();
  };
  return el("a", { href: "#", class: "link", onclick });
}

function spoiler() {
  const node = el("button", { type: "button", class: "spoiler", "aria-label": say("page.spoiler") });
  node.addEventListener("click", () => {
    node.classList.add("shown");
    node.removeAttribute("aria-label");
  });
  return node;
}

/** The text with each traffic light carrying its meaning, for those who do not see the colour. */
export function lit(text) {
  return text.split(LIGHT).filter(Boolean).map((part) => {
    const meaning = LIGHTS[part];
    if (!meaning) return part;
    return el("span", { class: "light", role: "img", "aria-label": say(meaning), title: say(meaning) }, part);
  });
}
