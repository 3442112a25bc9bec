/** Files chosen, dropped or pasted, until they are sent. */

import { el, icon, iconButton } from "./dom.js";
import { say, sizeInWords } from "./words.js";

/** What one message, or one album, may weigh in all, and how many files an album holds: Telegram's limits for bots. */
export const MOST_BYTES = 50 * 1024 * 1024;
const ALBUM = 10;
const PICTURES = ["image/jpeg", "image/png", "image/webp"];
// Telegram turns only small pictures into photos; larger ones have to go as files.
const LARGEST_PHOTO = 10 * 1024 * 1024;

const isPicture = (file) => PICTURES.includes(file.type) && file.size <= LARGEST_PHOTO;

/** The files waiting in a phone's tray; `changed()` is called after every change. */
export class Tray {
  constructor(node, changed) {
    this.node = node;
    this.changed = changed;
    this.files = [];
    this.asFile = false;
  }

  /** Takes the files that can be read; what comes back are sentences about the others. */
  async add(files) {
    const trouble = [];
    for (const file of files) {
      if (await unreadable(file)) trouble.push(say("page.file_unreadable", { name: file.name }));
      else if (this.weight() + file.size > MOST_BYTES) trouble.push(say("page.files_too_large", { name: file.name }));
      else this.files.push(file);
    }
    this.draw();
    return trouble;
  }

  weight() {
    return this.files.reduce((sum, file) => sum + file.size, 0);
  }

  take() {
    const taken = { files: this.files, asFile: this.asFile };
    this.clear();
    return taken;
  }

  clear() {
    this.files = [];
    this.asFile = false;
    this.draw();
  }

  draw() {
    for (const picture of this.node.querySelectorAll("img")) URL.revokeObjectURL(picture.src);
    this.node.hidden = this.files.length === 0;
    const rows = this.files.map((file, at) => this.#row(file, at));
    const list = el("ul", { "aria-label": say("page.tray") }, ...rows);
    this.node.replaceChildren(list);
    if (this.files.some(isPicture)) this.node.append(this.#choice());
    this.changed();
  }

  #row(file, at) {
    const face = isPicture(file) && !this.asFile ? el("img", { src: URL.createObjectURL(file), alt: "" }) : icon("file");
    const onclick = () => {
      this.files.splice(at, 1);
      this.draw();
      (this.node.querySelector("li button") ?? this.node.parentElement.querySelector("textarea")).focus();
    };
    const drop = iconButton("close", "page.remove_file", { onclick }, { name: file.name });
    return el("li", {}, face, el("span", {}, file.name, el("small", {}, sizeInWords(file.size))), drop);
  }

  #choice() {
    const box = el("input", { type: "checkbox" });
    box.checked = this.asFile;
    box.addEventListener("change", () => {
      this.asFile = box.checked;
      this.draw();
      this.node.querySelector("input").focus();
    });
    return el("label", { class: "choice" }, box, say("page.as_file"));
  }
}

async function unreadable(file) {
  try {
    await file.slice(0, 1).arrayBuffer(); // a folder, or a file that is gone meanwhile
    return false;
  } catch {
    return true;
  }
}

/** The forms to post, in order: photos and documents apart, at most ten together, the caption on the first. */
export function parcels({ files, asFile }, caption) {
  const photos = asFile ? [] : files.filter(isPicture);
  const documents = files.filter((file) => !photos.includes(file));
  const forms = [];
  for (const [as, kind] of [["photo", photos], ["document", documents]]) {
    for (let at = 0; at < kind.length; at += ALBUM) {
      const form = new FormData();
      form.set("as", as);
      form.set("caption", forms.length ? "" : caption);
      for (const file of kind.slice(at, at + ALBUM)) form.append("file", file, file.name);
      forms.push(form);
    }
  }
  return forms;
}

/** A picture drawn here for those who have none at hand, with the time of the trial in it so that no two are alike. */
export function samplePicture(words) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [960, 640];
  const pen = canvas.getContext("2d");
  const sky = pen.createLinearGradient(0, 0, 0, 640);
  sky.addColorStop(0, "#bcd9ec");
  sky.addColorStop(1, "#eef4f2");
  pen.fillStyle = sky;
  pen.fillRect(0, 0, 960, 640);
  pen.fillStyle = "#ffffff";
  pen.fillRect(190, 70, 580, 500);
  pen.fillStyle = "#23435a";
  words.forEach((line, at) => {
    pen.font = at ? "26px sans-serif" : "bold 34px sans-serif";
    pen.fillText(line, 230, 150 + at * 52, 500);
  });
  pen.fillStyle = "#c4d2dc";
  for (let line = 0; line < 5; line++) pen.fillRect(230, 330 + line * 38, 460 - (line % 3) * 70, 10);
  const made = (resolve) => canvas.toBlob((blob) => resolve(new File([blob], "minh-chung.jpg", { type: blob.type })), "image/jpeg", 0.85);
  return new Promise(made);
}

/** Lets the element take files that are dragged or pasted onto it. */
export function acceptDrops(node, taken) {
  let depth = 0;
  const holdsFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  const over = (change) => (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    depth = Math.max(0, depth + change);
    node.classList.toggle("dropping", depth > 0);
  };
  node.addEventListener("dragenter", over(1));
  node.addEventListener("dragover", over(0));
  node.addEventListener("dragleave", over(-1));
  node.addEventListener("drop", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    depth = 0;
    node.classList.remove("dropping");
    taken([...event.dataTransfer.files]);
  });
  node.addEventListener("paste", (event) => {
    const pasted = [...(event.clipboardData?.files ?? [])];
    if (!pasted.length) return;
    event.preventDefault();
    taken(pasted);
  });
}

/** Elsewhere a dropped file must not take the browser away from the page. */
export function refuseDropsElsewhere() {
  const refuse = (event) => event.preventDefault();
  document.addEventListener("dragover", refuse);
  document.addEventListener("drop", refuse);
}

