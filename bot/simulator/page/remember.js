/** What survives a reload: taste for good, all else for one run of the trial.
 *
 * A tab keeps its own copy, so that two tabs may show different people; a new tab starts with what was kept last.
 */

const PREFIX = "tiendo:";
let run = "";

function stored(area, key) {
  try {
    const text = area.getItem(PREFIX + key);
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined; // a browser that keeps nothing still shows the page
  }
}

function store(area, key, value) {
  try {
    if (value === undefined) area.removeItem(PREFIX + key);
    else area.setItem(PREFIX + key, JSON.stringify(value));
  } catch {
    // full or forbidden: the page goes on without memory
  }
}

/** A matter of taste (language, theme, size), whatever run it is. */
export const taste = (name) => stored(localStorage, `taste:${name}`);
export const prefer = (name, value) => store(localStorage, `taste:${name}`, value);

/** From now on things are kept for this run; what earlier runs left is thrown away. */
export function openRun(id) {
  run = id;
  for (const area of [localStorage, sessionStorage]) {
    try {
      for (const key of Object.keys(area)) {
        const old = key.startsWith(`${PREFIX}run:`) && !key.startsWith(`${PREFIX}run:${run}:`);
        if (old) area.removeItem(key);
      }
    } catch {
      // as above
    }
  }
}

const ofRun = (name) => `run:${run}:${name}`;

/** What this tab kept under the name, else what any tab kept last. */
export function recall(name, otherwise) {
  return stored(sessionStorage, ofRun(name)) ?? stored(localStorage, ofRun(name)) ?? otherwise;
}

export function remember(name, value) {
  store(sessionStorage, ofRun(name), value);
  store(localStorage, ofRun(name), value);
}

/** What all tabs share: how far each chat was read. */
export const recallShared = (name, otherwise) => stored(localStorage, ofRun(name)) ?? otherwise;
export const rememberShared = (name, value) => store(localStorage, ofRun(name), value);
