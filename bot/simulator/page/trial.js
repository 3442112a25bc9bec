/** Who takes part in the trial, and how much of what they received was not looked at yet. */

import { get } from "./wire.js";
import { recallShared, rememberShared } from "./remember.js";

/** The answer of /simulator/trial as it stands now. */
export const trial = { run: "", now: "", moving: false, bot: { name: "", alive: true }, localities: [] };

const people = new Map();
const chats = new Map();

/** Reads everything anew; what comes back is whether it is another run than before. */
export async function readTrial() {
  const fresh = await get("/simulator/trial");
  const another = fresh.run !== trial.run;
  Object.assign(trial, fresh);
  people.clear();
  chats.clear();
  for (const locality of fresh.localities) {
    locality.people.push(...fresh.strangers.filter((one) => one.locality === locality.slug));
    for (const person of locality.people) {
      people.set(person.id, { ...person, locality: locality.name });
      for (const chat of person.chats) chats.set(key(person.id, chat.id), { ...chat, total: chat.total ?? 0 });
    }
  }
  return another;
}

/** Somebody joined, left, or became something else. */
export function peopleChanged(changed) {
  for (const fresh of changed) {
    const { id, role, role_words, unit } = fresh;
    const listed = trial.localities.flatMap((locality) => locality.people).filter((one) => one.id === id);
    for (const one of [...listed, people.get(id)]) if (one) Object.assign(one, { role, role_words, unit });
  }
}

const key = (user, chat) => `${user}:${chat}`;

export const person = (id) => people.get(id);
export const everyone = () => [...people.values()];
export const chatOf = (user, chat) => chats.get(key(user, chat));

/** The name of whoever or whatever has this id, or the id itself. */
export function nameOf(id) {
  const group = trial.localities.flatMap((locality) => locality.groups ?? []).find((one) => one.id === id);
  return people.get(id)?.name ?? group?.title ?? String(id);
}

/** A message came into the chat: everyone there but its author has one more. */
export function count(chat, author, by = 1) {
  for (const [where, one] of chats) {
    if (one.id === chat && where !== key(author, chat)) one.total += by;
  }
}

export function unread(user, chat) {
  const seen = recallShared(`seen:${key(user, chat)}`, 0);
  return Math.max(0, (chats.get(key(user, chat))?.total ?? 0) - seen);
}

export const unreadOf = (id) => (people.get(id)?.chats ?? []).reduce((sum, chat) => sum + unread(id, chat.id), 0);

/** Everything in the chat was looked at. */
export function see(user, chat) {
  const total = chats.get(key(user, chat))?.total ?? 0;
  if (total !== recallShared(`seen:${key(user, chat)}`, 0)) rememberShared(`seen:${key(user, chat)}`, total);
}
