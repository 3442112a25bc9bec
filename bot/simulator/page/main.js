/** Puts the page together: who is on which phone, what the server tells, and what is remembered. */

import { Clock } from "./clock.js";
import { confirmed, notice } from "./dialogs.js";
import { byId, foldOut, narrow } from "./dom.js";
import { refuseDropsElsewhere } from "./files.js";
import { People } from "./people.js";
import { Phone } from "./phone.js";
import { openRun, prefer, recall, remember, taste } from "./remember.js";
import { Tour } from "./tour.js";
import { chatOf, count, peopleChanged, readTrial, trial } from "./trial.js";
import { Underneath } from "./underneath.js";
import { listen, Lost, post } from "./wire.js";
import { language, learn, paint, say } from "./words.js";

const WAIT_MS = 1000;
const WIDE = matchMedia("(min-width: 68rem)");

const phones = [];
let active = null;
let drawing = false;
let resetting = false;
let broken = false;
let again = 0;
let people, clock, tour, underneath;

/** Things that follow from a change are drawn once, however many changes come together. */
function changed() {
  if (drawing) return;
  drawing = true;
  queueMicrotask(() => {
    drawing = false;
    people.count();
    tour.point();
  });
}

function newPhone() {
  const phone = new Phone({
    changed,
    lost,
    active: activate,
    close: closePhone,
    open: (one, chat) => open(one, one.user, chat),
    choose,
  });
  phones.push(phone);
  byId("phones").append(phone.node);
  return phone;
}

function activate(phone) {
  active = phone;
  for (const one of phones) one.node.classList.toggle("active", one === phone);
  byId("phones").classList.toggle("two", phones.length > 1);
}

async function open(phone, user, chat) {
  const shown = phone.open(user, chat);
  activate(phone);
  keepOpen();
  await shown;
}

function keepOpen() {
  remember("open", phones.map((phone) => [phone.user, phone.chat]));
  people.draw(phones.map((phone) => [phone.user, phone.chat]));
  changed();
}

/** Someone was chosen: shown where they are already, else on the phone in use, or beside it. */
async function choose(user, chat = user, beside = false) {
  let phone = phones.find((one) => one.user === user && one.chat === chat);
  if (!phone && beside) phone = phones.find((one) => one !== active) ?? newPhone();
  phone ??= active ?? newPhone();
  sheet(false);
  await open(phone, user, chat);
  if (matchMedia("(pointer: coarse)").matches) phone.log.focus();
  else phone.composer.focus();
}

function closePhone(phone) {
  if (phones.length === 1) return;
  phones.splice(phones.indexOf(phone), 1);
  phone.node.remove();
  activate(phones[0]);
  keepOpen();
  phones[0].composer.focus();
}

/** On a narrow page the list of people lies over it, until someone is chosen, or Escape, or a press beside it. */
function sheet(shown) {
  const node = byId("sheet");
  if (!shown) {
    if (node.open) node.close();
    return;
  }
  node.append(byId("people-panel"));
  node.showModal();
}

/** Who is shown at first: what was remembered, else an officer, with an appraiser beside where there is room. */
async function restore() {
  const kept = recall("open", null)?.filter(([user, chat]) => chatOf(user, chat));
  const wanted = kept?.length ? kept : proposed();
  while (phones.length < wanted.length) newPhone();
  await Promise.all(wanted.map(([user, chat], at) => phones[at].open(user, chat)));
  activate(phones[0]);
  keepOpen();
}

function proposed() {
  const here = trial.localities[0].people;
  const shown = ["officer", "appraiser"].map((role) => here.find((one) => one.role === role)).filter(Boolean);
  return shown.slice(0, WIDE.matches ? 2 : 1).map(({ id }) => [id, id]);
}

/** Everything as the server has it now; after a break, a reset or a restart too. */
async function arrive() {
  const another = await readTrial();
  broken = false;
  banner(trial.bot.alive ? null : "page.bot_away");
  clock.set(trial.now, trial.moving);
  if (another) await beginRun();
  else {
    keepOpen();
    await Promise.all(phones.map((phone) => phone.refresh()));
  }
  tour.draw();
  underneath.refresh();
}

async function beginRun() {
  openRun(trial.run);
  if (!phones.length) {
    await restore();
    return;
  }
  const message = resetting ? "page.reset_done" : "page.restarted";
  // Another run under an open page: the same people, and, unless it was reset on purpose, what was being written.
  for (const phone of phones) {
    if (resetting) phone.composer.field.value = "";
    phone.composer.keepDraft();
  }
  endReset();
  underneath.forget();
  const here = phones.filter((phone) => chatOf(phone.user, phone.chat));
  if (!here.length) await restore();
  for (const phone of here) {
    phone.messages.clear();
    phone.pressed.clear();
  }
  keepOpen();
  await Promise.all(phones.map((phone) => phone.refresh()));
  notice(say(message));
}

function endReset() {
  resetting = false;
  byId("reset").disabled = false;
}

const inChat = (chat) => phones.filter((phone) => phone.chat === chat);

const HEARD = {
  hello: catchUp,
  reset: () => {
    // A server that was started again says the same of its first run.
    resetting = trial.run !== "" && !broken;
    catchUp();
  },
  message: ({ chat, message }) => {
    count(chat, message.from_id);
    for (const phone of inChat(chat)) phone.arrived(message);
    changed();
  },
  edit: ({ chat, message }) => inChat(chat).forEach((phone) => phone.edited(message)),
  delete: ({ chat, message }) => inChat(chat).forEach((phone) => phone.deleted(message)),
  keyboard: ({ chat }) => inChat(chat).forEach((phone) => phone.refresh()),
  menu: ({ user }) => phones.filter((phone) => !user || phone.user === user).forEach((phone) => phone.refresh()),
  typing: ({ chat }) => inChat(chat).forEach((phone) => phone.typed()),
  toast: (toast) => phones.filter((phone) => phone.user === toast.user).forEach((phone) => phone.answered(toast)),
  clock: ({ now, moving }) => {
    trial.moving = moving;
    clock.set(now, moving);
    tour.point();
  },
  tour: (event) => tour.done(event),
  people: (event) => {
    peopleChanged(event.people);
    keepOpen();
    for (const phone of phones) phone.head();
  },
  bot: ({ alive }) => {
    trial.bot.alive = alive;
    banner(alive ? null : "page.bot_away");
  },
  underneath: () => underneath.refresh(),
};

async function catchUp() {
  clearTimeout(again);
  try {
    await arrive();
  } catch (error) {
    if (!(error instanceof Lost)) notice(error.message, "trouble");
    lost();
  }
}

/** The server cannot be reached, whoever noticed; it is asked again until it answers. */
function lost() {
  broken = true;
  banner("page.lost");
  clearTimeout(again);
  again = setTimeout(catchUp, WAIT_MS);
}

function banner(key) {
  const node = byId("banner");
  node.hidden = key === null;
  node.dataset.key = key ?? "";
  byId("banner-text").textContent = key ? say(key) : "";
}

async function speak(wanted) {
  await learn(wanted);
  prefer("language", wanted);
  paint();
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === language()));
  }
  if (!trial.run) return;
  keepOpen();
  for (const phone of phones) phone.speak();
  clock.draw(true);
  tour.draw();
  if (byId("banner").dataset.key) banner(byId("banner").dataset.key);
  if (!byId("underneath").hidden) underneath.draw();
}

const DARK = matchMedia("(prefers-color-scheme: dark)");

function dress() {
  const chosen = taste("theme") ?? "system";
  const theme = chosen === "system" ? (DARK.matches ? "dark" : "light") : chosen;
  document.documentElement.dataset.theme = theme;
  document.documentElement.dataset.size = taste("size") ?? "plain";
  byId("theme").value = chosen;
  byId("size").setAttribute("aria-pressed", String(taste("size") === "large"));
}

async function reset() {
  const sure = await confirmed(say("page.reset"), say("page.reset_question"), say("page.reset_yes"));
  if (!sure) return;
  byId("reset").disabled = true;
  resetting = true;
  notice(say("page.reset_going"));
  try {
    await post("/simulator/reset", {});
  } catch (error) {
    endReset();
    notice(error.message, "trouble");
  }
}

function wireControls() {
  for (const button of document.querySelectorAll("[data-language]")) {
    button.addEventListener("click", () => speak(button.dataset.language).catch(() => banner("page.lost")));
  }
  byId("theme").addEventListener("change", () => {
    prefer("theme", byId("theme").value);
    dress();
  });
  byId("size").addEventListener("click", () => {
    prefer("size", taste("size") === "large" ? "plain" : "large");
    dress();
  });
  DARK.addEventListener("change", dress);
  byId("reset").addEventListener("click", reset);
  foldOut(byId("tools-open"), byId("tools"));
  byId("people-open").addEventListener("click", () => sheet(true));
  byId("people-close").addEventListener("click", () => sheet(false));
  byId("sheet").addEventListener("click", (event) => event.target === byId("sheet") && sheet(false));
  byId("sheet").addEventListener("close", () => byId("people").append(byId("people-panel")));
  narrow.addEventListener("change", () => sheet(false));
  window.addEventListener("storage", changed);
  document.addEventListener("visibilitychange", changed);
}

/** The words of the page; without them there is nothing to show, so they are asked for until they come. */
async function firstWords() {
  for (;;) {
    try {
      return await speak(taste("language") ?? "vi");
    } catch {
      await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
    }
  }
}

async function start() {
  dress();
  await firstWords();
  people = new People(choose);
  clock = new Clock();
  underneath = new Underneath();
  tour = new Tour({
    phones: () => phones.filter((phone) => phone.visible()),
    open: (user) => choose(user, user, WIDE.matches),
    place: (user) => people.place(user),
    now: () => clock.now(),
  });
  wireControls();
  refuseDropsElsewhere();
  document.body.classList.remove("starting");
  listen((name, data) => HEARD[name]?.(data), lost);
}

start();
