/** The command menu: opened by its button, or by a "/" at the start; arrows choose, Enter sends, Tab completes. */

import { el } from "./dom.js";

const BEGUN = /^\/[\w]*$/;

export class Commands {
  constructor(composer, id) {
    this.composer = composer;
    this.id = id;
    this.all = [];
    this.shown = [];
    this.at = -1;
    this.node = el("ul", { class: "commands", role: "listbox", id, word: "page.menu", tabindex: "0", hidden: true });
    this.node.addEventListener("keydown", (event) => this.key(event));
    this.composer.field.setAttribute("aria-controls", id);
    this.composer.menuButton.setAttribute("aria-expanded", "false");
  }

  offer(menu) {
    this.all = menu;
    if (!this.node.hidden) this.follow(this.composer.field.value);
  }

  toggle() {
    if (!this.node.hidden) {
      this.close();
      return;
    }
    this.#draw(this.all);
    this.#choose(0);
    this.composer.focus();
  }

  close() {
    this.#draw([]);
  }

  /** Shows what fits to the text begun. */
  follow(text) {
    this.#draw(BEGUN.test(text) ? this.all.filter((one) => `/${one.command}`.startsWith(text.toLowerCase())) : []);
  }

  /** Whether the key was meant for the menu. */
  key(event) {
    if (this.node.hidden) return false;
    const moves = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (moves && !event.ctrlKey) {
      // Nothing chosen, ArrowUp begins at the end, which lies nearest to the field.
      const start = this.at < 0 && moves < 0 ? 0 : this.at;
      this.#choose((start + moves + this.shown.length) % this.shown.length);
    } else if (event.key === "Escape") this.close();
    else if (event.key === "Enter" && this.at >= 0) this.#send(this.shown[this.at]);
    else if (event.key === "Tab" && this.at >= 0) this.composer.write(`/${this.shown[this.at].command} `);
    else return false;
    event.preventDefault();
    return true;
  }

  #draw(shown) {
    this.shown = shown;
    this.at = -1;
    this.node.hidden = shown.length === 0;
    this.composer.menuButton.setAttribute("aria-expanded", String(!this.node.hidden));
    this.composer.field.removeAttribute("aria-activedescendant");
    const option = (one, at) =>
      el(
        "li",
        // With the mouse down already, so that the field keeps the focus.
        { role: "option", id: `${this.id}-${at}`, "aria-selected": "false", onmousedown: (event) => this.#press(event, one) },
        el("b", {}, `/${one.command}`),
        el("span", {}, one.description),
      );
    this.node.replaceChildren(...shown.map(option));
  }

  #press(event, one) {
    event.preventDefault();
    this.#send(one);
  }

  #choose(at) {
    this.node.children[this.at]?.setAttribute("aria-selected", "false");
    this.at = at;
    const chosen = this.node.children[at];
    chosen?.setAttribute("aria-selected", "true");
    chosen?.scrollIntoView({ block: "nearest" });
    if (chosen) this.composer.field.setAttribute("aria-activedescendant", chosen.id);
  }

  #send(one) {
    this.close();
    this.composer.write("");
    this.composer.say(`/${one.command}`);
  }
}
