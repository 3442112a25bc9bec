/** The clock of the trial: what it shows, and moving it. It never goes back. */

import { byId, foldOut, narrow } from "./dom.js";
import { chosenInstant, notice } from "./dialogs.js";
import { post } from "./wire.js";
import { dayInWords, say, shortDay, timeOfDay } from "./words.js";

const SECOND = 1000;

export class Clock {
  constructor() {
    this.shown = "";
    for (const button of document.querySelectorAll("[data-step]")) {
      button.addEventListener("click", () => this.#move({ step: button.dataset.step }));
    }
    byId("clock-date").addEventListener("click", () => this.#choose());
    this.unfold = foldOut(byId("clock-open"), byId("clock"));
    setInterval(() => this.draw(), SECOND);
  }

  /** What the server said; between two words of it the clock runs on by itself, as the server's does. */
  set(now, moving) {
    const was = this.moving;
    this.zone = now.slice(19).replace(/^\.\d+/, "");
    this.instant = Date.parse(now);
    this.heard = performance.now();
    this.moving = moving;
    this.#busy(moving);
    this.draw();
    if (was && !moving) {
      byId("clock-told").textContent = say("page.clock_arrived", { at: this.inWords() });
      this.started?.focus();
      this.started = null;
    }
  }

  /** The instant as "2026-06-15T08:00:00", in the zone of the trial. */
  now() {
    const [sign, hours, minutes] = /([+-])(\d\d):(\d\d)/.exec(this.zone)?.slice(1) ?? ["+", "0", "0"];
    const offset = (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60 * SECOND;
    const passed = this.moving ? 0 : performance.now() - this.heard;
    return new Date(this.instant + passed + offset).toISOString().slice(0, 19);
  }

  inWords() {
    const now = this.now();
    return `${timeOfDay(now)} ${dayInWords(now)}`;
  }

  draw(again = false) {
    if (this.instant === undefined) return;
    const now = this.now();
    const minute = now.slice(0, 16);
    if (minute === this.shown && !again) return;
    this.shown = minute;
    byId("clock-time").textContent = timeOfDay(now);
    byId("clock-day").textContent = dayInWords(now);
    byId("clock-short").textContent = `${timeOfDay(now)} ${shortDay(now)}`;
  }

  async #choose() {
    const now = this.now();
    const tomorrow = new Date(Date.parse(`${now.slice(0, 10)}T08:00:00Z`) + 24 * 3600 * SECOND);
    const instant = await chosenInstant(now.slice(0, 16), tomorrow.toISOString().slice(0, 16));
    if (instant) this.#move({ to: `${instant.slice(0, 16)}:00${this.zone}` });
  }

  #busy(busy) {
    byId("clock").setAttribute("aria-busy", String(busy));
    byId("clock-progress").hidden = !busy;
    for (const button of document.querySelectorAll("[data-step], #clock-date")) button.disabled = busy;
  }

  async #move(where) {
    // The buttons are off while it moves; the focus comes back to the one that was pressed.
    this.started = document.activeElement?.closest("#clock") ? document.activeElement : null;
    if (narrow.matches && this.started) this.started = byId("clock-open");
    byId("clock-told").textContent = say("page.clock_moving");
    this.#busy(true); // at once, for a second press would only be refused
    try {
      await post("/simulator/clock", where);
      this.unfold(false);
    } catch (error) {
      byId("clock-told").textContent = "";
      this.#busy(false);
      this.started?.focus();
      notice(error.message, "trouble");
    }
  }
}
