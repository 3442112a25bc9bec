/** The list of people: by locality, with role, unit and what they have not read. */

import { byId, el, icon, iconButton } from "./dom.js";
import { initials, language, say } from "./words.js";
import { recall, remember } from "./remember.js";
import { trial, unread, unreadOf } from "./trial.js";

/** The list in the element with the id "people"; `choose(user, chat, beside)` opens someone. */
export class People {
  constructor(choose) {
    this.choose = choose;
    this.list = byId("people-list");
    this.badges = [];
  }

  /** Draws the list anew; `open` are the [user, chat] shown on the phones now. */
  draw(open) {
    const focused = document.activeElement?.closest?.("[data-row]")?.dataset.row;
    const unfolded = recall("unfolded", [trial.localities[0]?.slug]);
    this.badges = [];
    this.open = open;
    const parts = trial.localities.map((locality) => this.#locality(locality, unfolded.includes(locality.slug)));
    this.list.replaceChildren(...parts);
    this.count();
    if (focused) this.list.querySelector(`[data-row="${focused}"] button`)?.focus();
  }

  /** Brings the badges up to date, and nothing else. */
  count() {
    let all = 0;
    for (const [node, number] of this.badges) badge(node, number());
    for (const locality of trial.localities) for (const one of locality.people) all += unreadOf(one.id);
    badge(byId("people-badge"), all);
  }

  /** Where a person stands: the row, or the folded locality it is in. */
  place(user) {
    const row = this.list.querySelector(`[data-row="${user}:${user}"]`);
    const fold = row?.closest("details");
    return fold?.open ? row : fold?.firstElementChild;
  }

  #locality(locality, unfolded) {
    const number = el("span", { class: "badge" });
    this.badges.push([number, () => locality.people.reduce((sum, one) => sum + unreadOf(one.id), 0)]);
    const rows = locality.people.map((one) => this.#row(one, one.id, one.name, words(one)));
    for (const group of locality.groups ?? []) {
      const member = locality.people.find((one) => group.members.includes(one.id));
      if (member) rows.push(this.#row(member, group.id, group.title, say("page.group_as", { name: member.name })));
    }
    const fold = el(
      "details",
      { open: unfolded, data: { locality: locality.slug } },
      el("summary", {}, el("h3", {}, locality.name), number),
      el("ul", {}, ...rows),
    );
    fold.addEventListener("toggle", () => this.#keepFolds());
    return fold;
  }

  #keepFolds() {
    const folds = [...this.list.querySelectorAll("details[open]")];
    remember("unfolded", folds.map((fold) => fold.dataset.locality));
  }

  #row(one, chat, title, subtitle) {
    const number = el("span", { class: "badge" });
    const own = chat === one.id;
    this.badges.push([number, () => unread(one.id, chat)]);
    const shown = this.open.some(([user, where]) => user === one.id && where === chat);
    const face = el("span", { class: `face ${own ? one.role ?? "stranger" : "group"}`, "aria-hidden": "true" });
    face.append(own ? initials(one.name) : icon("group"));
    const names = el("span", { class: "names" }, el("b", {}, title), el("small", {}, subtitle));
    const open = el(
      "button",
      { type: "button", "aria-current": shown ? "true" : null, onclick: () => this.choose(one.id, chat, false) },
      face,
      names,
      number,
    );
    const onclick = () => this.choose(one.id, chat, true);
    const beside = iconButton("beside", "page.open_beside", { class: "round beside", onclick }, { name: title });
    return el("li", { data: { row: `${one.id}:${chat}` } }, open, beside);
  }
}

/** Role and unit of a person in the language of the page. */
export function words(one) {
  const told = [one.role_words?.[language()], one.unit].filter(Boolean).join(" · ") || say("page.uninvited");
  return told[0].toUpperCase() + told.slice(1);
}

function badge(node, number) {
  node.hidden = number === 0;
  const shown = number > 99 ? "99+" : String(number);
  if (node.dataset.number === shown) return;
  node.dataset.number = shown;
  const told = el("span", { class: "unseen" }, say("page.unread", { count: shown }));
  node.replaceChildren(el("span", { "aria-hidden": "true" }, shown), told);
}
