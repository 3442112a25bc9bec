/** The wire to the server: requests, and the events it sends by itself. */

import { language, say } from "./words.js";

const EVENTS = [
  "hello", "message", "edit", "delete", "toast", "typing", "clock", "tour", "people", "bot", "reset", "keyboard", "menu",
  "underneath",
];
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 4000;

/** The server said no; the message is its sentence. */
export class Refused extends Error {
  constructor(sentence, status) {
    super(sentence);
    this.status = status;
  }
}

/** The server could not be reached. */
export class Lost extends Error {}

async function answered(path, options) {
  const join = path.includes("?") ? "&" : "?";
  let response;
  try {
    response = await fetch(`${path}${join}language=${language()}`, options);
  } catch {
    throw new Lost(say("page.lost_try_again"));
  }
  const text = await response.text().catch(() => "");
  let body = null;
  try {
    body = text ? JSON.parse(text) : null;
  } catch {
    // no JSON: the status says enough
  }
  if (!response.ok) throw new Refused(body?.error || say("page.refused", { status: response.status }), response.status);
  return body;
}

/** What the address answers; `query` becomes the search part. */
export function get(path, query = {}) {
  const asked = Object.entries(query).filter(([, value]) => value !== undefined);
  return answered(asked.length ? `${path}?${new URLSearchParams(asked)}` : path, { cache: "no-store" });
}

export function post(path, body) {
  const headers = { "Content-Type": "application/json" };
  return answered(path, { method: "POST", headers, body: JSON.stringify(body) });
}

export function postForm(path, form) {
  return answered(path, { method: "POST", body: form });
}

export const fileAddress = (file, user) => `/simulator/file/${encodeURIComponent(file)}?user=${user}`;

/** Listens for events as long as the page is seen; `handle(name, data)` gets each, `lost()` every break.
 *
 * A tab in the background holds no line, for a browser opens only six to one server; coming back it hears "hello"
 * and catches up, as it does after a break.
 */
export function listen(handle, lost) {
  let source = null;
  let wait = FIRST_WAIT_MS;
  let timer = 0;

  function connect() {
    clearTimeout(timer);
    if (source || document.visibilityState === "hidden") return;
    source = new EventSource("/simulator/events");
    for (const name of EVENTS) {
      source.addEventListener(name, (event) => {
        wait = FIRST_WAIT_MS;
        handle(name, JSON.parse(event.data));
      });
    }
    source.onerror = () => {
      hangUp();
      lost();
      timer = setTimeout(connect, wait);
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    };
  }

  function hangUp() {
    source?.close();
    source = null;
  }

  document.addEventListener("visibilitychange", () => (document.visibilityState === "hidden" ? hangUp() : connect()));
  window.addEventListener("pagehide", hangUp);
  window.addEventListener("pageshow", connect);
  connect();
}
