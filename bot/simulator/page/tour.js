/** The guided tour: what to do next, where, and when it was done. The server notices; the page points. */

import { byId, el, icon, narrow } from "./dom.js";
import { notice } from "./dialogs.js";
import { samplePicture } from "./files.js";
import { recall, remember } from "./remember.js";
import { nameOf, person, trial } from "./trial.js";
import { dayInWords, say } from "./words.js";

/** For each step: what to write (without a row to name: the command), a picture, the labels to press, or the clock. */
const STEPS = {
  report: { text: "page.tour_report_text", command: "/baocao", picture: true, press: ["page.press_send"] },
  ask: { text: "page.tour_ask_text" },
  complete: { text: "page.tour_complete_text", command: "/baocao", picture: true, press: ["page.press_send"] },
  appraise: { text: "page.tour_appraise_text", press: ["page.press_accept", "page.press_return", "{code}"] },
  heard: {},
  morning: { clock: true },
  from_reminder: { press: ["page.press_send", "page.press_percent", "page.press_report"] },
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
    byId("tour-help").addEventListener("click", () => this.#help());
    byId("tour-picture").addEventListener("click", () => this.#picture());
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
    const step = trial.tour.steps.find((one) => one.key === event.key);
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
      byId("tour-title").textContent = say(step ? `page.tour_${step.key}` : "page.tour_finished");
      byId("tour-hint").textContent = step ? say(`page.tour_${step.key}_hint`, this.#gaps(step)) : say("page.tour_finished_hint");
      byId("tour-steps").replaceChildren(...steps.map((one, at) => this.#line(one, at + 1)));
    }
    this.point();
  }

  #gaps(step) {
    return { name: nameOf(step.person), code: step.code ?? "NV…" };
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
    for (const node of document.querySelectorAll("[data-guided]")) delete node.dataset.guided;
    const { step } = this;
    byId("tour-help").hidden = byId("tour-picture").hidden = true;
    if (this.node.hidden || !step || trial.moving) return;
    this.aim = this.#aim(step, STEPS[step.key] ?? {});
    for (const node of this.aim.nodes) node.dataset.guided = "";
    byId("tour-help").hidden = false;
    byId("tour-help").textContent = say(this.aim.label, { name: nameOf(step.person) });
    byId("tour-picture").hidden = !(this.aim.phone && STEPS[step.key]?.picture && !this.aim.phone.composer.tray.files.length);
  }

  #aim(step, guide) {
    if (guide.clock) return this.#clockAim();
    const phone = this.hooks.phones().find((one) => one.user === step.person);
    if (!phone) return this.#rowAim(step);
    const button = newestButton(phone, guide.press ?? [], this.#gaps(step));
    if (button) return { phone, nodes: [button], label: "page.tour_show", act: () => button.focus() };
    const { composer } = phone;
    const ready = composer.field.value.trim() || composer.tray.files.length;
    if (ready) return { phone, nodes: [composer.sendButton], label: "page.tour_show", act: () => composer.sendButton.focus() };
    const text = guide.text && !(guide.command && !step.code) ? say(guide.text, this.#gaps(step)) : guide.command;
    if (!text) return { phone, nodes: [phone.log], label: "page.tour_show", act: () => phone.log.focus() };
    const write = () => composer.write(text);
    return { phone, nodes: [composer.field], label: "page.tour_write", act: write };
  }

  #clockAim() {
    const folded = narrow.matches && byId("clock-open").getAttribute("aria-expanded") !== "true";
    const node = folded ? byId("clock-open") : document.querySelector("[data-step='morning']");
    return { nodes: [node], label: "page.tour_show", act: () => node.focus() };
  }

  #rowAim(step) {
    const nodes = [];
    const place = this.hooks.place(step.person);
    if (place) nodes.push(place);
    if (narrow.matches) nodes.push(byId("people-open"));
    return { nodes, label: "page.tour_open_phone", act: () => this.hooks.open(step.person) };
  }

  #help() {
    this.aim?.act();
  }

  async #picture() {
    const phone = this.aim?.phone;
    if (!phone) return;
    const one = person(phone.user);
    const at = this.hooks.now();
    const lines = [say("page.sample_title"), one.unit || one.name, one.locality, `${at.slice(11, 16)} ${dayInWords(at)}`];
    await phone.composer.attach([await samplePicture(lines)]);
  }

  #unfold() {
    const open = byId("tour-steps").hidden;
    byId("tour-steps").hidden = !open;
    byId("tour-all").setAttribute("aria-expanded", String(open));
  }
}

/** The first button of the newest messages whose label holds one of these words, asked for in their order. */
function newestButton(phone, keys, gaps) {
  const newest = [...phone.lines.querySelectorAll("article")].slice(-NEWEST).reverse();
  for (const message of newest) {
    const buttons = [...message.querySelectorAll("button[data-press]")];
    for (const key of keys) {
      const wanted = key === "{code}" ? gaps.code : say(key);
      const found = buttons.find((button) => button.textContent.includes(wanted));
      if (found) return found;
    }
    if (buttons.length) return null; // an older keyboard is not what comes next
  }
  return null;
}
