/** The guided tour: what to do next, where, and when it was done. The server notices; the page points. */

import { byId, el, icon, narrow } from "./dom.js";
import { notice } from "./dialogs.js";
import { samplePicture } from "./files.js";
import { recall, remember } from "./remember.js";
import { nameOf, person, trial } from "./trial.js";
import { dayInWords, say, timeOfDay } from "./words.js";

const CODE = /\b(?:NV|CT)\d+\b/;

/** For each step: what to write (where no row is known: the command), whether a picture belongs to it at once or when it
 * is demanded, the labels to press in the newest messages, or that a reminder or the clock leads on. */
const STEPS = {
  report: { text: "page.tour_report_text", command: "/baocao", attach: true, picture: true, press: ["page.press_send"] },
  ask: { text: "page.tour_ask_text" },
  complete: { text: "page.tour_complete_text", command: "/baocao", picture: true, press: ["page.press_send"] },
  appraise: { text: "page.tour_appraise_text", press: ["page.press_accept", "page.press_return", CODE] },
  heard: {},
  morning: { clock: true },
  from_reminder: { press: ["page.press_send", "page.press_percent"], reminder: true },
  chase: { text: "page.tour_chase_text", command: "/tinhtrang", press: ["page.press_nudge"] },
};
const NEWEST = 3;

export class Tour {
  /** `phones()` are those that can be seen; `open(user)` shows someone, `place(user)` is where they stand in the list. */
  constructor(hooks) {
    this.hooks = hooks;
    this.node = byId("tour");
    byId("tour-close").addEventListener("click", () => this.close(true));
    byId("tour-open").addEventListener("click", () => this.close(!this.node.hidden));
    byId("tour-help").addEventListener("click", () => this.aim.act?.());
    byId("tour-picture").addEventListener("click", () => this.#picture(this.aim.phone));
    byId("tour-all").addEventListener("click", () => this.#unfold());
  }

  get step() {
    return trial.tour?.steps.find((one) => !one.done);
  }

  close(closed) {
    remember("tour-closed", closed);
    this.draw();
    if (closed) byId("tour-open").focus();
    else byId("tour-help").focus();
  }

  /** A step was done, says the server. */
  done(event) {
    const step = trial.tour?.steps.find((one) => one.key === event.key);
    if (!step || step.done) return;
    Object.assign(step, event, { done: true });
    if (!this.node.hidden) {
      const number = trial.tour.steps.indexOf(step) + 1;
      notice(say("page.tour_done", { number, title: say(`page.tour_${step.key}`) }), "good");
    }
    this.draw();
  }

  draw() {
    this.node.hidden = recall("tour-closed", false) || !trial.tour?.steps.length;
    byId("tour-open").setAttribute("aria-expanded", String(!this.node.hidden));
    if (!this.node.hidden) {
      const { steps } = trial.tour;
      const { step } = this;
      byId("tour-count").textContent = say("page.tour_count", { number: step ? steps.indexOf(step) + 1 : steps.length, count: steps.length });
      write("tour-title", say(step ? `page.tour_${step.key}` : "page.tour_finished"));
      if (!step) write("tour-hint", say("page.tour_finished_hint"));
      byId("tour-steps").replaceChildren(...steps.map((one, at) => this.#line(one, at + 1)));
    }
    this.point();
  }

  #gaps(step) {
    return { name: nameOf(step.person), code: this.#code(step) ?? "NV…" };
  }

  /** The row it is best done with; else the newest the phone shows; none where it is not open, or shows none. */
  #code(step) {
    if (step.code) return step.code;
    const phone = this.#phoneOf(step);
    const shown = phone ? messagesOf(phone).filter((one) => one.matches(".theirs")) : [];
    return shown.map((one) => CODE.exec(one.textContent)?.[0]).find(Boolean);
  }

  #phoneOf(step) {
    return this.hooks.phones().find((one) => one.user === step.person);
  }

  #line(step, number) {
    const state = step.done ? "page.tour_state_done" : step === this.step ? "page.tour_state_next" : "page.tour_state_later";
    const mark = step.done ? icon("done") : el("span", { class: "number", "aria-hidden": "true" }, String(number));
    const current = step === this.step ? "step" : null;
    return el(
      "li",
      { class: step.done ? "done" : "", "aria-current": current },
      mark,
      el("span", {}, say(`page.tour_${step.key}`)),
      el("small", {}, say(state)),
    );
  }

  /** Points at what to do next, and says on the button what it would help with. */
  point() {
    const { step } = this;
    const shown = !this.node.hidden && step && !trial.moving;
    const guide = STEPS[step?.key] ?? {};
    this.aim = shown ? this.#aim(step, guide) : { nodes: [] };
    const { nodes, label, phone } = this.aim;
    for (const node of document.querySelectorAll("[data-guided]")) {
      if (!nodes.includes(node)) delete node.dataset.guided;
    }
    for (const node of nodes) node.dataset.guided = "";
    byId("tour-help").hidden = !label;
    byId("tour-picture").hidden = !(phone && guide.picture && label && label !== "page.tour_picture" && !phone.composer.tray.files.length);
    if (label) write("tour-help", say(label, this.#gaps(step)));
    if (shown) write("tour-hint", say(`page.tour_${step.key}_hint`, this.#gaps(step)));
  }

  #aim(step, guide) {
    if (guide.clock) return this.#clockAim();
    const phone = this.#phoneOf(step);
    if (!phone) return this.#rowAim(step);
    if (messagesOf(phone)[0]?.matches(".mine")) return { phone, nodes: [] }; // the answer is on its way
    const button = buttonToPress(phone, guide.press ?? []) ?? (guide.reminder && buttonOfReminder(phone));
    if (button) return { phone, ...at(button) };
    if (guide.reminder) return this.#clockAim(); // no reminder yet, or what it spoke of is reported
    const { composer } = phone;
    if (composer.field.value.trim() || composer.tray.files.length) return { phone, ...at(composer.sendButton) };
    const picture = () => this.#picture(phone);
    if (guide.picture && wantsEvidence(phone)) {
      return { phone, nodes: [composer.attachButton], label: "page.tour_picture", act: picture };
    }
    const code = this.#code(step);
    const text = guide.text && (code || !guide.command) ? say(guide.text, { code }) : guide.command;
    if (!text) return { phone, ...at(phone.log) };
    const act = async () => {
      if (guide.attach) await picture();
      composer.write(text);
    };
    return { phone, nodes: [composer.field], label: "page.tour_write", act };
  }

  #clockAim() {
    const folded = narrow.matches && byId("clock-open").getAttribute("aria-expanded") !== "true";
    return at(folded ? byId("clock-open") : document.querySelector("[data-step='morning']"));
  }

  #rowAim(step) {
    const nodes = [this.hooks.place(step.person), narrow.matches && byId("people-open")].filter(Boolean);
    return { nodes, label: "page.tour_open_phone", act: () => this.hooks.open(step.person) };
  }

  async #picture(phone) {
    if (!phone) return;
    const one = person(phone.user);
    const now = this.hooks.now();
    const lines = [say("page.sample_title"), one.unit || one.name, one.locality, `${timeOfDay(now)} ${dayInWords(now)}`];
    await phone.composer.attach([await samplePicture(lines)]);
  }

  #unfold() {
    const open = byId("tour-steps").hidden;
    byId("tour-steps").hidden = !open;
    byId("tour-all").setAttribute("aria-expanded", String(open));
  }
}

const at = (node) => ({ nodes: [node], label: "page.tour_show", act: () => node.focus() });

/** Only what changes is written, for what is written is read out. */
function write(id, text) {
  if (byId(id).textContent !== text) byId(id).textContent = text;
}

const messagesOf = (phone) => [...phone.lines.querySelectorAll("article")].reverse();

/** The first button whose label holds one of the words, newest message first, the words in their order. */
function buttonToPress(phone, words) {
  for (const message of messagesOf(phone).slice(0, NEWEST)) {
    const buttons = [...message.querySelectorAll("button[data-press]")];
    for (const word of words) {
      const fits = word === CODE ? (text) => CODE.test(text) : (text) => text.includes(say(word));
      const found = buttons.find((button) => fits(button.textContent));
      if (found) return found;
    }
    if (buttons.length) return null; // an older keyboard is not what comes next
  }
  return null;
}

/** The button under the newest reminder that reports; none where that was done since. */
function buttonOfReminder(phone) {
  const messages = messagesOf(phone);
  const holds = (node, word) => node.textContent.includes(say(word));
  const place = messages.findIndex((one) => holds(one, "page.press_snooze"));
  if (place < 0) return null;
  const code = CODE.exec(messages[place].textContent)?.[0];
  const since = messages.slice(0, place);
  if (since.some((one) => holds(one, "page.press_receipt") && one.textContent.includes(code))) return null;
  return [...messages[place].querySelectorAll("button[data-press]")].find((one) => holds(one, "page.press_report"));
}

const wantsEvidence = (phone) =>
  messagesOf(phone).find((one) => one.matches(".theirs"))?.textContent.includes(say("page.press_evidence"));
