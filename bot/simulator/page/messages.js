/** Messages as elements: one block a message, an album in one block, and the days between them. */

import { el, icon, iconButton } from "./dom.js";
import { lit, rich } from "./entities.js";
import { dayInWords, knows, say, sizeInWords, timeOfDay } from "./words.js";
import { fileAddress } from "./wire.js";

/** The blocks of messages that stand in order: `{key, items}`, where an album's messages share one block. */
export function blocks(messages) {
  const found = [];
  for (const message of messages) {
    const last = found.at(-1);
    if (message.album && last?.album === message.album) last.items.push(message);
    else found.push({ key: `m${message.id}`, album: message.album, items: [message] });
  }
  return found;
}

/** Makes the children of `log` show these blocks, touching only those that changed. `view` is the phone's. */
export function show(log, found, view) {
  const kept = new Map([...log.children].filter((node) => node.dataset.key).map((node) => [node.dataset.key, node]));
  const wanted = [];
  let day = "";
  for (const block of found) {
    const starts = block.items[0].at.slice(0, 10);
    if (starts !== day) wanted.push(kept.get(`d${starts}`) ?? dayLine(starts));
    day = starts;
    const signature = view.signature(block);
    const old = kept.get(block.key);
    wanted.push(old?.signature === signature ? old : drawn(block, signature, view, old));
  }
  const staying = new Set(wanted);
  for (const node of [...log.children]) if (!staying.has(node)) node.remove();
  let place = log.firstChild;
  for (const node of wanted) {
    if (node === place) place = place.nextSibling;
    else log.insertBefore(node, place);
  }
}

function dayLine(day) {
  return el("p", { class: "day", data: { key: `d${day}` } }, el("span", {}, dayInWords(day)));
}

function drawn(block, signature, view, old) {
  const node = block.items[0].service ? serviceLine(block.items[0]) : bubble(block.items, view);
  node.dataset.key = block.key;
  node.dataset.message = block.items.at(-1).id;
  node.signature = signature;
  // Whoever stands on a button with the keyboard stays there when the message changes under it.
  const focused = old?.contains(document.activeElement) ? document.activeElement.dataset.press : undefined;
  if (old?.contains(document.activeElement)) view.refocus(node, focused);
  return node;
}

function serviceLine(message) {
  const key = `page.service_${message.service}`;
  const text = say(knows(key) ? key : "page.service_other", { name: message.from });
  return el("p", { class: "day service" }, el("span", {}, message.text ? `${text}: ${message.text}` : text));
}

function bubble(items, view) {
  const [first] = items;
  const last = items.at(-1);
  const spoken = items.find((one) => one.text) ?? first;
  const node = el("article", { class: `message ${first.mine ? "mine" : "theirs"}` });
  const card = el("div", { class: "bubble" });
  if (!first.mine) card.append(el("p", { class: view.group ? "author" : "unseen" }, first.from));
  else card.append(el("p", { class: "unseen" }, say("page.you_said")));
  if (first.reply_to) card.append(quoted(first.reply_to));
  const shown = items.filter((one) => one.media);
  if (shown.length) card.append(media(shown, view));
  if (spoken.text) card.append(el("div", { class: "text" }, rich(spoken.text, spoken.entities ?? [], view.act)));
  card.append(footing(items, view));
  node.append(card);
  if (last.inline?.length) node.append(keyboard(last, view));
  if (items.some((one) => one.protected)) node.classList.add("protected");
  node.addEventListener("dblclick", (event) => {
    if (!event.target.closest("button, a")) view.act.reply(last);
  });
  return node;
}

const quoted = (answered) => el("p", { class: "quoted" }, ...lit(answered.text || say("page.a_file")));

function footing(items, view) {
  const last = items.at(-1);
  // Not in the way of Tab: with the keyboard a message to answer is chosen by Ctrl and an arrow.
  const answer = iconButton("reply", "page.reply", { class: "round answer", tabindex: "-1" });
  answer.addEventListener("click", () => view.act.reply(last));
  const line = el("p", { class: "footing" }, answer);
  if (items.some((one) => one.protected)) {
    const label = say("page.protected");
    line.append(el("span", { class: "shield", title: say("page.protected_long") }, icon("shield"), label));
  }
  if (items.some((one) => one.edited)) line.append(el("span", {}, say("page.edited")));
  line.append(el("time", { datetime: last.at }, timeOfDay(last.at)));
  return line;
}

function keyboard(message, view) {
  const rows = message.inline.map((row) =>
    el("div", { class: "row" }, ...row.map((button) => inlineButton(message, button, view))),
  );
  return el("div", { class: "inline" }, ...rows);
}

function inlineButton(message, { text, url, data }, view) {
  const waiting = view.waiting(message.id, data);
  const node = el(
    "button",
    { type: "button", data: { press: data ?? url ?? "" }, "aria-busy": waiting ? "true" : null },
    el("span", {}, ...lit(text)),
  );
  if (url) {
    node.append(icon("outside"));
    node.addEventListener("click", () => view.act.address(url));
  } else {
    node.addEventListener("click", () => view.act.press(message, data));
  }
  return node;
}

function media(items, view) {
  const photos = items.filter((one) => one.media.kind === "photo");
  const others = items.filter((one) => one.media.kind !== "photo");
  const box = el("div", { class: "media" });
  if (photos.length) {
    const grid = el("div", { class: `photos n${Math.min(photos.length, 4)}` });
    grid.append(...photos.map((one, at) => photo(one, at + 1, photos.length, view)));
    box.append(grid);
  }
  box.append(...others.map((one) => file(one, view)));
  return box;
}

function photo(message, number, count, view) {
  const { file: full, preview, width, height } = message.media;
  const alt = count > 1 ? say("page.photo_of", { number, count }) : say("page.photo");
  const size = width && height ? { width, height } : {};
  const picture = el("img", { src: fileAddress(preview ?? full, view.user), alt, loading: "lazy", ...size });
  if (message.protected) picture.addEventListener("contextmenu", (event) => event.preventDefault());
  picture.draggable = !message.protected;
  return el("button", { type: "button", class: "photo", onclick: () => view.act.look(message) }, picture);
}

function file(message, view) {
  const { name, size } = message.media;
  const kind = `page.service_${message.media.kind}`;
  const title = name || say(knows(kind) ? kind : "page.a_file");
  const text = el("span", {}, el("b", {}, title), el("small", {}, size ? sizeInWords(size) : ""));
  return el("button", { type: "button", class: "file", onclick: () => view.act.look(message) }, icon("file"), text);
}
