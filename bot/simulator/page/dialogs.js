/** Windows over the page: a question, a notice, a picture or file, and whom an invitation is for. */

import { byId, el, freshId, icon } from "./dom.js";
import { dayInWords, say, sizeInWords, timeOfDay } from "./words.js";
import { fileAddress } from "./wire.js";

/** Shows a window; the promise gives the value of the button that closed it, or "" for Escape. */
function ask(title, body, buttons, kind = "") {
  const id = freshId("title");
  const answer = ([value, label, look]) => el("button", { value, class: look }, label);
  const form = el(
    "form",
    { method: "dialog" },
    el("h2", { id }, title),
    ...body,
    el("div", { class: "answers" }, ...buttons.map(answer)),
  );
  const window = el("dialog", { "aria-labelledby": id, class: kind }, form);
  // The browser gives the focus back only to what still stands; a message may have changed meanwhile.
  const before = document.activeElement;
  document.body.append(window);
  window.showModal();
  return new Promise((resolve) => {
    window.addEventListener("close", () => {
      window.remove();
      if (before?.isConnected) before.focus();
      resolve(window.returnValue);
    });
  });
}

/** A notice with one button. */
export function tell(title, text) {
  return ask(title, [el("p", {}, text)], [["ok", say("page.ok"), "main"]]);
}

/** Whether the question was answered with the button `yes`. */
export async function confirmed(title, text, yes) {
  const buttons = [["", say("page.cancel"), ""], ["yes", yes, "danger"]];
  return (await ask(title, [el("p", {}, text)], buttons)) === "yes";
}

/** The instant chosen as "2026-06-20T08:00", or "". */
export async function chosenInstant(earliest, proposed) {
  const field = el("input", { type: "datetime-local", min: earliest, value: proposed, required: true });
  // Browsers write days in their own way; below it stands the day as it is written here.
  const read = el("output", {});
  const tell = () => (read.textContent = field.value ? `${timeOfDay(field.value)} ${dayInWords(field.value)}` : "");
  field.addEventListener("input", tell);
  tell();
  const label = el("label", {}, say("page.clock_to"), field);
  const buttons = [["go", say("page.clock_go"), "main"], ["", say("page.cancel"), ""]];
  const note = el("p", { class: "note" }, say("page.clock_never_back"));
  const answer = ask(say("page.clock_date"), [label, read, note], buttons);
  field.form.querySelector("button[value='']").formNoValidate = true;
  return (await answer) === "go" ? field.value : "";
}

/** One of `choices` ([value, label]), or "". */
export function chosen(title, text, choices) {
  const buttons = [...choices.map(([value, label]) => [value, label, "main"]), ["", say("page.cancel"), ""]];
  return ask(title, [el("p", {}, text)], buttons, "column");
}

/** A picture in full, or what a file is; what is protected cannot be saved from here. */
export async function look(message, user) {
  const { kind, file, name, size, mime, width, height } = message.media;
  const address = fileAddress(file, user);
  const body = [];
  if (kind === "photo") {
    const picture = el("img", { src: address, alt: say("page.photo"), width, height });
    if (message.protected) picture.addEventListener("contextmenu", (event) => event.preventDefault());
    body.push(picture);
  } else {
    body.push(el("p", { class: "facts" }, icon("file"), [mime, size ? sizeInWords(size) : ""].filter(Boolean).join(" · ")));
  }
  if (message.protected) body.push(el("p", { class: "note" }, say("page.protected_long")));
  else body.push(el("p", {}, el("a", { href: address, download: name || "" }, icon("save"), say("page.save"))));
  const buttons = [["", say("page.close"), "main"]];
  if (kind !== "photo" && mime === "application/pdf") buttons.unshift(["open", say("page.open_pdf"), ""]);
  if ((await ask(name || say("page.photo"), body, buttons, "looking")) === "open") await openPdf(address);
}

async function openPdf(address) {
  const content = await (await fetch(address)).blob();
  // Named a PDF whatever the server said, so that nothing in it can act as a page of this server.
  const shown = URL.createObjectURL(new Blob([content], { type: "application/pdf" }));
  window.open(shown, "_blank", "noopener");
}

/** A sentence over the page that goes away by itself, or makes place for the next of its kind. */
export function notice(text, kind = "plain") {
  const line = el("p", { class: `notice ${kind}` }, text);
  byId("notices").querySelector(`.${kind}`)?.remove();
  byId("notices").append(line);
  setTimeout(() => line.remove(), 7000);
}
