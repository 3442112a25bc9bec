/** What happens underneath: the bot's calls, its outbox, and the changes of colour. */

import { byId, el } from "./dom.js";
import { lit } from "./entities.js";
import { nameOf } from "./trial.js";
import { get } from "./wire.js";
import { knows, say, shortDay, timeOfDay } from "./words.js";

const MOST = 200;
const REST_MS = 500;
const SIGNS = { red: "🔴", amber: "🟡", green: "🟢", grey: "⚪", done: "✅" };

export class Underneath {
  constructor() {
    this.node = byId("underneath");
    this.opener = byId("underneath-open");
    this.part = "calls";
    this.calls = [];
    this.opener.addEventListener("click", () => this.toggle());
    byId("underneath-close").addEventListener("click", () => this.toggle(false));
    this.node.addEventListener("keydown", (event) => event.key === "Escape" && this.toggle(false));
    this.tabs = [...this.node.querySelectorAll("[data-part]")];
    for (const tab of this.tabs) {
      tab.addEventListener("click", () => this.#show(tab.dataset.part));
      tab.addEventListener("keydown", (event) => this.#key(event, tab));
    }
  }

  toggle(open = this.node.hidden) {
    this.node.hidden = !open;
    this.opener.setAttribute("aria-expanded", String(open));
    document.body.classList.toggle("deep", open);
    if (open) {
      this.refresh();
      this.tabs.find((tab) => tab.dataset.part === this.part).focus();
    } else this.opener.focus();
  }

  /** Another run: its calls are counted anew. */
  forget() {
    this.calls = [];
    this.refresh();
  }

  /** Reads what is new, if anyone looks, and not more often than a person can. */
  refresh() {
    if (this.node.hidden) return;
    this.again = Boolean(this.reading);
    this.reading ??= this.#read().finally(() => {
      setTimeout(() => {
        this.reading = null;
        if (this.again) this.refresh();
      }, REST_MS);
    });
  }

  async #read() {
    try {
      const found = await get("/simulator/underneath", { since: this.calls.at(-1)?.n ?? 0 });
      const last = this.calls.at(-1)?.n ?? 0;
      this.calls = [...this.calls, ...found.calls.filter((call) => call.n > last)].slice(-MOST);
      this.outbox = found.outbox;
      this.flips = found.flips;
      this.draw();
    } catch {
      // the banner says that the connection is lost; what was read stays
    }
  }

  draw() {
    const [columns, rows] = { calls: () => this.#calls(), outbox: () => this.#outbox(), flips: () => this.#flips() }[this.part]();
    const head = el("tr", {}, ...columns.map((key) => el("th", { scope: "col" }, say(key))));
    const cell = (value) => el("td", {}, ...(value instanceof Node ? [value] : lit(String(value ?? ""))));
    const body = rows.reverse().map((row) => el("tr", {}, ...row.map(cell)));
    const table = el("table", {}, el("thead", {}, head), el("tbody", {}, ...body));
    byId("underneath-table").replaceChildren(body.length ? table : el("p", { class: "empty" }, say("page.under_empty")));
  }

  #calls() {
    const columns = ["page.under_at", "page.under_method", "page.under_chat", "page.under_status", "page.under_params"];
    const row = (call) => [
      timeOfDay(call.at),
      call.method,
      call.chat ? nameOf(call.chat) : "",
      `${call.status ?? "…"} · ${call.ms ?? "…"} ms`,
      details(call.params),
    ];
    return [columns, this.calls.map(row)];
  }

  #outbox() {
    const columns = ["page.under_due", "page.under_rule", "page.under_code", "page.under_to", "page.under_state"];
    const row = (one) => [moment(one.due), one.rule, one.code, nameOf(one.to), state(one.state)];
    return [columns, (this.outbox ?? []).map(row)];
  }

  #flips() {
    const columns = ["page.under_at", "page.under_code", "page.under_unit", "page.under_change", "page.under_reasons"];
    const row = (one) => [moment(one.at), one.code, one.unit, `${light(one.before)} → ${light(one.after)}`, reasons(one.reasons)];
    return [columns, (this.flips ?? []).map(row)];
  }

  #show(part) {
    this.part = part;
    for (const tab of this.tabs) {
      const chosen = tab.dataset.part === part;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
    }
    byId("underneath-table").setAttribute("aria-labelledby", `tab-${part}`);
    this.draw();
  }

  #key(event, tab) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = this.tabs[(this.tabs.indexOf(tab) + step + this.tabs.length) % this.tabs.length];
    this.#show(next.dataset.part);
    next.focus();
  }
}

function details(params) {
  const text = typeof params === "string" ? params : JSON.stringify(params ?? {});
  if (text.length < 60) return text;
  return el("details", {}, el("summary", {}, `${text.slice(0, 56)}…`), el("code", {}, text));
}

const moment = (iso) => (iso ? `${shortDay(iso)} ${timeOfDay(iso)}` : "");

/** A word of the database in the language of the page, or as it stands where the page has none. */
const word = (key, plain) => (knows(key) ? say(key) : plain ?? "");
const state = (name) => word(`page.outbox_${name}`, name);
const light = (name) => (name ? `${SIGNS[name] ?? ""} ${word(`page.light_${name}`, name)}` : "–");
const reasons = (names) => (names ?? []).map((name) => word(`page.reason_${name}`, name)).join(", ");
