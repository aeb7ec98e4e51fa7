// Draws what the stage shows. Nodes are made with the DOM only (the page allows no markup from strings),
// and kept as long as their entry stays the same, so that focus and screen readers are not disturbed.

const rtl = new Set(["ar", "fa", "he", "ur", "ps", "ckb", "dv", "sd", "ug", "yi"]);
export const direction = (language) => (rtl.has((language || "en").split("-")[0]) ? "rtl" : "ltr");

export function make(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "onclick") node.addEventListener("click", value);
    else if (name === "class") node.className = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

const clockFace = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
export const hour = (iso) => clockFace.format(new Date(iso));

// Bring a list to the given entries. Returns how many are new.
export function keep(list, entries, draw) {
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 60;
  const known = new Map([...list.children].map((node) => [node.dataset.key, node]));
  const held = list.contains(document.activeElement) && document.activeElement !== list;
  let added = 0;
  let place = list.firstElementChild;
  for (const entry of entries) {
    const key = String(entry.id);
    const form = JSON.stringify(entry);
    let node = known.get(key);
    if (node && node.dataset.form !== form) {
      const drawn = draw(entry);
      if (node === place) place = place.nextElementSibling;
      node.replaceWith(drawn);
      node = drawn;
    } else if (!node) {
      node = draw(entry);
      added += 1;
    }
    known.delete(key);
    node.dataset.key = key;
    node.dataset.form = form;
    if (node === place) place = place.nextElementSibling;
    else list.insertBefore(node, place);
  }
  for (const gone of known.values()) gone.remove();
  if (held && !list.contains(document.activeElement)) list.focus({ preventScroll: true });
  if (added && atEnd) list.scrollTop = list.scrollHeight;
  return added;
}

const attachments = { voice: "Voice note, 0:07", picture: "Picture", sticker: "Sticker", location: "Location", contact: "Contact", file: "File", other: "Something else" };

export function reporterPost(post, { look, locale, tap }) {
  const lang = post.mine ? locale : post.language;
  const side = post.mine ? "mine" : "theirs";
  const item = make("li", { class: `message ${side}`, lang, dir: direction(lang) });
  item.append(make("span", { class: "visually-hidden", lang: "en", dir: "ltr" }, post.mine ? "Reporter: " : "Service: "));
  const text = look === "list" ? post.list : post.text;
  const bubble = make("div", { class: "bubble" });
  if (post.attachment) bubble.append(make("p", { class: "attached", lang: "en", dir: "ltr" }, attachments[post.attachment]));
  else bubble.append(make("p", { dir: "auto" }, text));
  bubble.append(make("small", { lang: "en", dir: "ltr" }, (post.edited ? "edited " : "") + hour(post.at)));
  item.append(bubble);
  if (look === "buttons" && post.buttons.length) {
    const keyboard = make("div", { class: "keyboard" });
    for (const button of post.buttons) {
      keyboard.append(make("button", { type: "button", dir: "auto", onclick: () => tap(post.id, button.data) }, button.label));
    }
    item.append(keyboard);
  }
  return item;
}

const kinds = {
  page: "Alarm: on the lock screen",
  desk: null,
  card: "Card",
  opened: "Opened on this phone",
  fault: "This phone",
};

export function deskEntry(entry, { tap, quote, look }) {
  const item = make("li", { class: `entry ${entry.kind}`, lang: entry.language, dir: direction(entry.language) });
  if (entry.kind === "mine") item.append(make("span", { class: "visually-hidden", lang: "en" }, "Written here: "));
  if (kinds[entry.kind]) {
    item.append(make("p", { class: "kind", lang: "en", dir: "ltr" }, make("span", {}, kinds[entry.kind]), make("time", {}, hour(entry.at))));
  }
  item.append(make("p", { class: "text", dir: "auto" }, entry.text));
  if (entry.buttons.length && !entry.tapped) {
    const row = make("div", { class: "answers" });
    for (const button of entry.buttons) {
      row.append(make("button", { type: "button", dir: "auto", onclick: () => tap(entry, button) }, button.label));
    }
    item.append(row);
  }
  const number = /^\s*(\d+)\b/.exec(entry.text);
  if (number && (entry.kind === "opened" || entry.kind === "card")) {
    item.append(make("button", { type: "button", class: "link", lang: "en", onclick: () => quote(number[1]) }, `Write to ${number[1]}`));
  }
  if (number && entry.kind === "page" && !entry.buttons.length) {
    item.append(make("button", { type: "button", class: "link", lang: "en", onclick: () => look(number[1]) }, `Look at ${number[1]}`));
  }
  return item;
}

const words = {
  step: "the next step",
  open_by: "must be opened, or the ladder goes on",
  progress_soon: "a word of warning to whoever has it",
  progress_by: "progress, or the ladder goes on",
  words_by: "first words to the reporter",
  nobody_yet: "the reporter is told that nobody answered yet",
  handover_by: "the handover comes back",
  reassess: "assessed again before the stated date",
  remind: "a reminder before the stated date",
  waiting: "a message was not collected",
};
const names = { first: "First focal point", second: "Second focal point", coordinator: "Coordinator" };
export const named = (person) => names[person] || person;

function span(seconds) {
  if (seconds < 0) return "now";
  const whole = Math.round(seconds);
  const days = Math.floor(whole / 86400);
  if (days) return `${days} d ${Math.floor((whole % 86400) / 3600)} h`;
  const parts = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  return `${parts[0] ? `${parts[0]}:` : ""}${String(parts[1]).padStart(parts[0] ? 2 : 1, "0")}:${String(parts[2]).padStart(2, "0")}`;
}

function after(seconds) {
  if (seconds === 0) return "at once";
  if (seconds % 3600 === 0) return `after ${seconds / 3600} h`;
  return seconds % 60 === 0 ? `after ${seconds / 60} min` : `after ${seconds} s`;
}

function standing(rung) {
  if (rung.state === "closed") return "Closed";
  if (rung.has) return rung.state === "opened" ? `${named(rung.has)} has opened it` : `${named(rung.has)} has it`;
  return rung.erased ? "Erased by the phone, perhaps by force: the ladder goes on" : "Nobody has it yet";
}

export function rung(entry) {
  const item = make("li", { class: `rung ${entry.level} ${entry.state}` });
  const head = make("div", { class: "rung-head" },
    make("strong", { class: "number" }, `${entry.number}`),
    make("span", { class: "level" }, entry.level),
    make("span", { class: "standing" }, standing(entry)));
  const due = Object.entries(entry.due).filter(([name]) => words[name]).sort((a, b) => a[1].localeCompare(b[1]))[0];
  if (due) head.append(make("span", { class: "due" }, make("b", { class: "countdown", "data-at": due[1] }, ""), ` ${words[due[0]]}, ${hour(due[1])}`));
  const track = make("ol", { class: "track", "aria-label": `Steps for ${entry.number}` });
  entry.steps.forEach((step, index) => {
    const at = index <= entry.step ? "done" : index === entry.step + 1 && !entry.has ? "next" : "later";
    const said = { done: "woken", next: "next", later: "later" }[at];
    track.append(make("li", { class: at }, make("span", { class: "visually-hidden" }, `${said}: `),
      make("b", {}, after(step.after)), make("span", {}, step.people.map(named).join(", ") || "nobody more")));
  });
  if (entry.repeat) {
    const isNext = !entry.has && entry.state !== "closed" && entry.step === entry.steps.length - 1;
    const at = entry.lap > 0 ? "done" : isNext ? "next" : "later";
    track.append(make("li", { class: `${at} again` }, make("b", {}, `then ${after(entry.repeat.every).replace("after", "every")}`), make("span", {}, "everybody, until somebody has it")));
  }
  item.append(head, track);
  return item;
}

export function countdowns(now) {
  for (const node of document.querySelectorAll(".countdown")) {
    node.textContent = span((new Date(node.dataset.at) - now) / 1000);
  }
}
