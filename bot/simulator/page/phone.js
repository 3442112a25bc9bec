/** One phone: a person, the chat they look at, and everything they can do in it. */

import { el, freshId, iconButton } from "./dom.js";
import { Composer } from "./composer.js";
import { chosen, look, notice, tell } from "./dialogs.js";
import { blocks, show } from "./messages.js";
import { words } from "./people.js";
import { chatOf, everyone, person, see, trial } from "./trial.js";
import { get, Lost, post } from "./wire.js";
import { initials, say } from "./words.js";

const PAGE = 100;
const NEAR_REM = 6;
const TYPING_MS = 5000;
const PATIENCE_MS = 20_000;
const INVITATION = /^https?:\/\/(?:t\.me|telegram\.me)\/\w+\?start=([\w-]{1,64})$/;

export class Phone {
  /** `hooks`: changed() after anything others may care for, lost() without a server, active(phone), close(phone),
   * open(phone, chat) for another chat of the same person, choose(user) for another person. */
  constructor(hooks) {
    this.hooks = hooks;
    this.user = 0;
    this.chat = 0;
    this.messages = new Map();
    this.pressed = new Map();
    this.answers = new Map();
    this.#build();
  }

  #build() {
    const id = freshId("phone");
    this.node = el("section", { class: "phone", "aria-labelledby": id });
    this.name = el("h2", { id });
    this.subtitle = el("p");
    this.face = el("span", { class: "face", "aria-hidden": "true" });
    this.tabs = el("div", { class: "tabs", role: "group", hidden: true });
    this.closer = iconButton("close", "page.close_phone", { onclick: () => this.hooks.close(this) });
    const head = el("header", {}, this.face, el("div", { class: "names" }, this.name, this.subtitle), this.closer);
    this.wrap = el("div", { class: "log-wrap" });
    this.down = el("button", { type: "button", class: "down", hidden: true, onclick: () => this.toNewest() });
    this.typing = el("p", { class: "typing", role: "status" });
    this.toast = el("div", { class: "toast", role: "status" });
    this.composer = new Composer(this);
    this.#freshLog();
    this.node.append(head, this.tabs, this.wrap, this.typing, this.composer.node);
    this.node.addEventListener("focusin", () => this.hooks.active(this));
    this.node.addEventListener("pointerdown", () => this.hooks.active(this));
  }

  // A new log for every chat: what stands in it from the start is not read out, what comes later is.
  #freshLog() {
    this.lines = el("div", { class: "lines" });
    this.log = el("div", { class: "log", role: "log", tabindex: "0" }, this.lines);
    this.log.addEventListener("scroll", () => this.#scrolled());
    this.wrap.replaceChildren(this.log, this.down, this.toast);
    this.ended = true;
    this.stood = 0;
    this.resized?.disconnect();
    // Pictures and fonts come late, keyboards fold out below: who was at the end stays there.
    this.resized = new ResizeObserver(() => this.ended && this.toNewest());
    this.resized.observe(this.log);
    this.resized.observe(this.lines);
  }

  /** Shows a chat of a person. */
  async open(user, chat = user) {
    const another = user !== this.user || chat !== this.chat;
    this.user = user;
    this.chat = chat;
    this.head();
    if (!another) return this.refresh();
    this.messages = new Map();
    this.pressed.clear();
    this.more = false;
    this.#freshLog();
    this.log.setAttribute("aria-label", say("page.log", { name: this.title() }));
    this.#setTyping(false);
    this.composer.open();
    this.composer.offer(null, []);
    await this.refresh();
    this.toNewest();
  }

  /** The head in the language of the page, with the chats this person has. */
  head() {
    const one = person(this.user);
    if (!one) return;
    this.name.textContent = one.name;
    this.subtitle.textContent = [words(one), one.locality].filter(Boolean).join(" · ");
    this.face.textContent = initials(one.name);
    this.face.className = `face ${one.role ?? "stranger"}`;
    this.tabs.hidden = one.chats.length < 2;
    this.tabs.setAttribute("aria-label", say("page.chats"));
    const tab = (chat) => {
      const label = chat.kind === "private" ? say("page.private_chat", { bot: trial.bot.name }) : chat.title;
      const here = String(chat.id === this.chat);
      return el("button", { type: "button", "aria-pressed": here, onclick: () => this.hooks.open(this, chat.id) }, label);
    };
    this.tabs.replaceChildren(...one.chats.map(tab));
    this.log.setAttribute("aria-label", say("page.log", { name: this.title() }));
    this.composer.label();
  }

  /** In other words: everything drawn anew, after the language has changed. */
  speak() {
    this.composer.tray.draw();
    this.head();
    this.lines.replaceChildren();
    this.draw();
  }

  title() {
    const one = chatOf(this.user, this.chat);
    const name = person(this.user)?.name ?? "";
    return one && one.kind !== "private" ? `${name}, ${one.title}` : name;
  }

  /** Reads the newest messages; asked again meanwhile, it reads once more afterwards. */
  refresh() {
    this.again = Boolean(this.reading);
    this.reading ??= this.#read().finally(() => {
      this.reading = null;
      if (this.again) this.refresh();
    });
    return this.reading;
  }

  async #read() {
    const [user, chat] = [this.user, this.chat];
    try {
      const found = await get("/simulator/chat", { user, chat, limit: PAGE });
      if (user !== this.user || chat !== this.chat) return;
      this.#take(found);
      if (this.messages.size <= PAGE) this.more = found.more;
      this.composer.offer(found.keyboard, found.menu);
    } catch (error) {
      this.#failed(error);
    }
  }

  /** The newest page as it is now: what is gone from it is gone, what lies before it stays. */
  #take(found) {
    const first = found.messages[0]?.id ?? 0;
    const here = new Set(found.messages.map((message) => message.id));
    for (const id of this.messages.keys()) {
      if (id >= first && id <= found.newest && !here.has(id)) this.messages.delete(id);
    }
    for (const message of found.messages) this.messages.set(message.id, message);
    this.draw();
  }

  /** A message came in. What is being read meanwhile may be older, so it is read once more. */
  arrived(message) {
    this.again ||= Boolean(this.reading);
    this.#set(message);
    if (message.from_id !== this.user) this.#setTyping(false);
    this.draw(message.from_id === this.user ? 0 : 1);
  }

  edited(message) {
    this.again ||= Boolean(this.reading);
    if (!this.messages.has(message.id)) return;
    this.#set(message);
    this.draw();
  }

  // Whose it is depends on who looks: an event goes to all.
  #set(message) {
    this.messages.set(message.id, { ...message, mine: message.from_id === this.user });
  }

  deleted(id) {
    if (this.messages.delete(id)) this.draw();
  }

  draw(arrived = 0) {
    const ordered = [...this.messages.values()].sort((a, b) => a.id - b.id);
    show(this.lines, blocks(ordered), this.#view());
    if (this.more) this.lines.prepend(this.#olderButton());
    if (!ordered.length) this.lines.append(el("p", { class: "empty" }, say("page.empty")));
    if (this.ended) this.toNewest();
    else if (arrived) this.#below(arrived);
    if (this.visible()) see(this.user, this.chat);
    this.changed();
  }

  #view() {
    const chat = chatOf(this.user, this.chat);
    return {
      user: this.user,
      group: Boolean(chat && chat.kind !== "private"),
      act: this.#acts(),
      waiting: (message, data) => this.pressed.has(`${message} ${data}`),
      signature: (block) => JSON.stringify([block.items, this.#waitingIn(block)]),
      refocus: (node, data) => this.#refocus(node, data),
    };
  }

  #waitingIn(block) {
    const { id } = block.items.at(-1);
    return [...this.pressed.keys()].filter((key) => key.startsWith(`${id} `));
  }

  #refocus(node, data) {
    queueMicrotask(() => {
      const buttons = [...node.querySelectorAll("button[data-press]")];
      const same = buttons.find((button) => button.dataset.press === data);
      (same ?? buttons[0] ?? this.composer.field).focus({ preventScroll: true });
    });
  }

  #acts() {
    return {
      command: (text) => this.composer.say(text),
      address: (address) => this.#address(address),
      reply: (message) => {
        this.composer.answer(message);
        this.composer.focus();
      },
      look: (message) => look(message, this.user),
      press: (message, data) => this.#press(message, data),
    };
  }

  #address(address) {
    const invited = INVITATION.exec(address);
    if (invited) this.#invite(invited[1]);
    else notice(say("page.outside", { address }));
  }

  /** An invitation's link is opened on the phone of whoever it is for. */
  async #invite(code) {
    const own = person(this.user);
    const uninvited = everyone().filter((one) => !one.role && one.locality === own.locality && one !== own);
    const choices = [...uninvited, own].map((one) => [String(one.id), one.name]);
    const picked = Number(await chosen(say("page.invitation"), say("page.invitation_whom"), choices));
    if (!picked) return;
    await this.hooks.choose(picked);
    post("/simulator/text", { user: picked, chat: picked, text: `/start ${code}` }).catch((error) => this.#failed(error));
  }

  async #press(message, data) {
    const key = `${message.id} ${data}`;
    if (this.pressed.has(key)) return;
    const waiting = { query: null, timer: setTimeout(() => this.#release(key), PATIENCE_MS) };
    this.pressed.set(key, waiting);
    // Whoever presses below the newest message waits for what comes under it, wherever the focus had scrolled to.
    if (message.id === Math.max(...this.messages.keys())) this.ended = true;
    this.draw();
    const { user, chat } = this;
    try {
      const { query } = await post("/simulator/press", { user, chat, message: message.id, data });
      waiting.query = query;
      // The answer may have come before we knew its number.
      if (this.answers.has(query)) this.#answer(key, this.answers.get(query));
    } catch (error) {
      this.#release(key);
      this.#failed(error);
    }
  }

  /** The bot answered a press; only the page that pressed shows it. */
  answered(toast) {
    for (const [key, waiting] of this.pressed) {
      if (waiting.query === toast.query) {
        this.#answer(key, toast);
        return;
      }
    }
    this.answers.set(toast.query, toast);
    if (this.answers.size > 50) this.answers.delete(this.answers.keys().next().value);
  }

  #answer(key, { text, alert }) {
    this.answers.delete(this.pressed.get(key)?.query);
    this.#release(key);
    if (text && alert) tell(trial.bot.name, text);
    else if (text) this.#toast(text);
  }

  #release(key) {
    clearTimeout(this.pressed.get(key)?.timer);
    if (this.pressed.delete(key)) this.draw();
  }

  #toast(text) {
    const line = el("p", {}, text);
    this.toast.replaceChildren(line);
    setTimeout(() => line.remove(), 6000);
  }

  typed() {
    this.#setTyping(true);
  }

  #setTyping(types) {
    clearTimeout(this.typingTimer);
    this.typing.textContent = types ? say("page.typing", { name: trial.bot.name }) : "";
    if (types) this.typingTimer = setTimeout(() => this.#setTyping(false), TYPING_MS);
  }

  #olderButton() {
    return el("button", { type: "button", class: "older", onclick: () => this.#older() }, say("page.older"));
  }

  async #older() {
    if (this.fetching || !this.more) return;
    this.fetching = true;
    const { user, chat, log } = this;
    try {
      const before = Math.min(...this.messages.keys());
      const found = await get("/simulator/chat", { user, chat, before, limit: PAGE });
      if (log !== this.log) return;
      for (const message of found.messages) this.messages.set(message.id, message);
      this.more = found.more;
      // What was said long ago is no news to be read out.
      log.setAttribute("aria-live", "off");
      const fromEnd = log.scrollHeight - log.scrollTop;
      this.draw();
      log.scrollTop = log.scrollHeight - fromEnd;
      requestAnimationFrame(() => log.removeAttribute("aria-live"));
    } catch (error) {
      this.#failed(error);
    } finally {
      this.fetching = false;
    }
  }

  #scrolled() {
    // Only who scrolls up leaves the end: a log that gets smaller has not been scrolled, although it says so.
    const up = this.log.scrollTop < this.stood;
    this.stood = this.log.scrollTop;
    this.ended = this.#atEnd() || (this.ended && !up);
    if (this.log.scrollTop < 200) this.#older();
    if (!this.ended) return;
    this.down.hidden = true;
    this.news = 0;
  }

  #atEnd() {
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < NEAR_REM * rem;
  }

  #below(arrived) {
    this.news = (this.news ?? 0) + arrived;
    this.down.textContent = say("page.new_below", { count: this.news });
    this.down.hidden = false;
  }

  toNewest() {
    this.ended = true;
    this.log.scrollTop = this.log.scrollHeight;
    this.down.hidden = true;
    this.news = 0;
  }

  /** The message before or after this one, for an answer; the newest where there is none yet. */
  neighbour(message, before) {
    const ordered = [...this.messages.values()].filter((one) => !one.service).sort((a, b) => a.id - b.id);
    const at = message ? ordered.findIndex((one) => one.id === message.id) : ordered.length;
    return ordered[before ? Math.max(0, at - 1) : at + 1] ?? null;
  }

  visible() {
    return this.node.offsetParent !== null && document.visibilityState === "visible";
  }

  changed() {
    this.hooks.changed();
  }

  lost() {
    this.hooks.lost();
  }

  #failed(error) {
    if (error instanceof Lost) this.lost();
    else notice(error.message, "trouble");
  }
}
