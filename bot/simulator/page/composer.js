/** Where a person writes: text, files, answers, the command menu and the keys the bot offers. */

import { el, freshId, icon, iconButton } from "./dom.js";
import { Commands } from "./commands.js";
import { acceptDrops, parcels, Tray } from "./files.js";
import { recall, remember } from "./remember.js";
import { Lost, post, postForm } from "./wire.js";
import { say } from "./words.js";
import { notice } from "./dialogs.js";

const TALLEST_REM = 8;

/** The foot of a phone; `phone` knows who writes where, and where the messages stand. */
export class Composer {
  constructor(phone) {
    this.phone = phone;
    this.answering = null;
    // One after the other, so that quick typing arrives in the order it was typed.
    this.line = Promise.resolve();
    this.#build();
  }

  #build() {
    this.field = el("textarea", { rows: "1", autocomplete: "off", "aria-autocomplete": "list" });
    this.field.addEventListener("input", () => this.#typed());
    this.field.addEventListener("keydown", (event) => this.#key(event));
    this.picker = el("input", { type: "file", multiple: true, hidden: true, tabindex: "-1" });
    this.picker.addEventListener("change", () => this.attach([...this.picker.files]).then(() => (this.picker.value = "")));
    this.menuButton = iconButton("menu", "page.menu", { onclick: () => this.commands.toggle() });
    this.attachButton = iconButton("attach", "page.attach", { onclick: () => this.picker.click() });
    this.keysButton = iconButton("keys", "page.keys", { onclick: () => this.#toggleKeys() });
    this.sendButton = iconButton("send", "page.send", { class: "round main", type: "submit" });
    this.quote = el("div", { class: "answering", hidden: true });
    const tray = el("div", { class: "tray", hidden: true });
    this.tray = new Tray(tray, () => this.phone.changed());
    this.keys = el("div", { class: "keys", role: "group", word: "page.keys", hidden: true });
    this.commands = new Commands(this, freshId("commands"));
    const line = el("div", { class: "line" }, this.menuButton, this.attachButton, this.field, this.keysButton, this.sendButton);
    this.node = el("form", { class: "composer" }, this.commands.node, this.quote, tray, line, this.keys, this.picker);
    this.node.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    acceptDrops(this.phone.node, (files) => this.attach(files));
  }

  /** The foot as it stands for another person or chat. */
  open() {
    this.answer(null);
    this.tray.clear();
    this.commands.close();
    this.field.value = recall(this.#draft(), "");
    this.#grow();
    this.label();
  }

  label() {
    const name = this.phone.title();
    this.field.setAttribute("aria-label", say("page.write_as", { name }));
    this.field.placeholder = this.placeholder || say("page.placeholder");
  }

  focus() {
    this.field.focus();
  }

  /** Puts words into the field for the person to send. */
  write(text) {
    this.field.value = text;
    this.#typed();
    this.focus();
  }

  /** Whether this text is the draft that stands there. */
  holds(text) {
    return this.field.value.trim() === text;
  }

  async attach(files) {
    if (!files.length) return;
    for (const sentence of await this.tray.add(files)) notice(sentence, "trouble");
    this.focus();
  }

  /** The next message answers this one; null: none. */
  answer(message) {
    this.answering = message;
    this.quote.hidden = message === null;
    if (message === null) return;
    const drop = iconButton("close", "page.no_reply", {
      onclick: () => {
        this.answer(null);
        this.focus();
      },
    });
    const text = message.text || say("page.a_file");
    this.quote.replaceChildren(icon("reply"), el("span", {}, text.slice(0, 120)), drop);
  }

  /** The reply keyboard of the chat, and the commands offered. */
  offer(keyboard, menu) {
    const rows = keyboard?.keyboard ?? [];
    this.placeholder = keyboard?.input_field_placeholder;
    this.keysButton.hidden = rows.length === 0;
    const signature = JSON.stringify(rows);
    if (signature !== this.keySignature) {
      this.keySignature = signature;
      this.#drawKeys(rows);
    }
    this.commands.offer(menu);
    this.menuButton.hidden = menu.length === 0;
    this.label();
  }

  #drawKeys(rows) {
    this.keys.hidden = rows.length === 0;
    this.keysButton.setAttribute("aria-expanded", String(!this.keys.hidden));
    const labelOf = (key) => (typeof key === "string" ? key : key.text);
    const button = (key) => el("button", { type: "button", onclick: () => this.#tap(labelOf(key)) }, labelOf(key));
    this.keys.replaceChildren(...rows.map((row) => el("div", { class: "row" }, ...row.map(button))));
  }

  #toggleKeys() {
    this.keys.hidden = !this.keys.hidden;
    this.keysButton.setAttribute("aria-expanded", String(!this.keys.hidden));
  }

  #tap(label) {
    const { user, chat } = this.phone;
    this.#inTurn(() => post("/simulator/tap", { user, chat, label }));
  }

  /** Sends what stands there; should it not arrive, it stands there again. */
  send() {
    const text = this.field.value.trim();
    if (!text && !this.tray.files.length) return;
    const { user, chat } = this.phone;
    const answering = this.answering;
    const taken = this.tray.take();
    this.field.value = "";
    this.answer(null);
    this.#typed();
    this.phone.toNewest();
    if (!taken.files.length) {
      this.say(text, user, chat, answering);
      return;
    }
    const forms = parcels(taken, text);
    this.#inTurn(
      async () => {
        while (forms.length) {
          forms[0].set("user", user);
          forms[0].set("chat", chat);
          await postForm("/simulator/files", forms[0]);
          forms.shift();
        }
      },
      () => {
        this.#giveBack(text, user, chat);
        this.tray.asFile = taken.asFile;
        this.tray.add(forms.flatMap((form) => form.getAll("file")));
      },
    );
  }

  /** Says the text in the chat as this person. */
  say(text, user = this.phone.user, chat = this.phone.chat, answering = null) {
    const body = { user, chat, text, ...(answering ? { reply_to: answering.id } : {}) };
    return this.#inTurn(() => post("/simulator/text", body), () => this.#giveBack(text, user, chat));
  }

  #giveBack(text, user, chat) {
    if (user !== this.phone.user || chat !== this.phone.chat) return;
    this.field.value = [text, this.field.value].filter(Boolean).join("\n");
    this.#typed();
  }

  #inTurn(act, failed = () => {}) {
    this.line = this.line.then(act).catch((error) => {
      failed();
      notice(error.message, "trouble");
      if (error instanceof Lost) this.phone.lost();
    });
    return this.line;
  }

  #typed() {
    this.#grow();
    this.commands.follow(this.field.value);
    remember(this.#draft(), this.field.value || undefined);
    this.phone.changed();
  }

  #draft() {
    return `draft:${this.phone.user}:${this.phone.chat}`;
  }

  /** Keeps the draft that stands here under the name of a new run. */
  keepDraft() {
    remember(this.#draft(), this.field.value || undefined);
  }

  #grow() {
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight, TALLEST_REM * rem)}px`;
  }

  #key(event) {
    // Telex and VNI put letters together with keys of their own, Enter among them.
    if (event.isComposing || event.keyCode === 229) return;
    if (this.commands.key(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.send();
    } else if (event.key === "Escape" && this.answering) {
      this.answer(null);
    } else if (event.ctrlKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      this.answer(this.phone.neighbour(this.answering, event.key === "ArrowUp"));
    }
  }
}
