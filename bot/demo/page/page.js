// The page of the demo: hears what the stage shows, sends acts. It decides nothing and keeps nothing.

import { countdowns, deskEntry, direction, hour, keep, make, named, reporterPost, rung } from "./screens.js";

const $ = (id) => document.getElementById(id);
const seen = { reporter: { posts: [], blocked: false }, clock: { offset: 0 }, lines: {}, worker: { state: "starting" } };
const people = ["first", "second", "coordinator"];
const stations = new Map();
const probes = ["STATUS", "BACK", "DELETE", "What did I send?", "Hello"];
let seized = false;

const locale = () => $("locale").value || "en";
const look = () => $("look").value;
const now = () => Date.now() + seen.clock.offset * 1000;

async function act(name, values = {}) {
  const answer = await fetch("do", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ act: name, ...values }),
  }).catch(() => null);
  if (!answer) $("offline").hidden = false;
}

// The reporter's phone

function drawReporter() {
  const { posts, blocked } = seen.reporter;
  const chat = $("chat-reporter");
  const context = { look: look(), locale: locale(), tap: (message, data) => act("tap", { message, data, locale: locale() }) };
  chat.dir = direction(locale());
  const added = keep(chat, posts.map((post) => ({ ...post, look: look() })), (post) => reporterPost(post, context));
  if (added) mark("reporter");
  $("block").textContent = blocked ? "Unblock the bot" : "Block the bot";
  drawSeizedReporter();
}

function send() {
  const box = $("text-reporter");
  const text = box.value.trim();
  if (!text) return;
  act("say", { text, locale: locale() });
  box.value = "";
  grow(box);
}

function grow(box) {
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight, 120)}px`;
}

$("say-reporter").addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});
$("text-reporter").addEventListener("input", (event) => grow(event.target));
$("text-reporter").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    send();
  }
});
for (const button of document.querySelectorAll("[data-attach]")) {
  button.addEventListener("click", () => {
    act("attach", { kind: button.dataset.attach, locale: locale() });
    shut($("attach-menu"));
  });
}
$("edit").addEventListener("click", () => {
  const text = $("text-reporter").value.trim();
  if (text) act("edit", { text, locale: locale() });
  $("text-reporter").value = "";
  shut($("attach-menu"));
});
$("delete-chat").addEventListener("click", () => {
  act("delete_chat");
  shut($("chat-menu"));
});
$("block").addEventListener("click", () => {
  act("block", { blocked: !seen.reporter.blocked });
  shut($("chat-menu"));
});
$("locale").addEventListener("change", drawReporter);
$("look").addEventListener("change", drawReporter);

// In other hands

$("seize-reporter").addEventListener("click", () => {
  seized = !seized;
  $("seize-reporter").textContent = seized ? "Give the phone back" : "Seize this phone";
  $("seize-reporter").setAttribute("aria-pressed", String(seized));
  $("phone-reporter").classList.toggle("is-seized", seized);
  $("phone-reporter").querySelector(".held").hidden = !seized;
  drawSeizedReporter();
});

function drawSeizedReporter() {
  const place = $("seized-reporter");
  place.hidden = !seized;
  if (!seized) return;
  const { posts } = seen.reporter;
  const last = posts.filter((post) => !post.mine).at(-1);
  const mine = posts.filter((post) => post.mine).length;
  const facts = make("ul", {},
    make("li", {}, "On the lock screen: ", last ? make("q", { dir: "auto" }, [...last.text].slice(0, 40).join("")) : "nothing"),
    make("li", {}, posts.length ? `In the chat: ${posts.length - mine} messages of the service, ${mine} written here. CLEAR removes the service’s; the person’s own must be deleted on the phone.` : "In the chat: nothing."),
    make("li", {}, "After 15 minutes of quiet, or once the receipt is shown, the chat is locked: it answers like a phone that never wrote. Try it:"));
  const row = make("div", { class: "buttons" });
  for (const text of probes) row.append(make("button", { type: "button", onclick: () => act("probe", { text, locale: locale() }) }, text));
  const known = place.querySelector(".compared");
  if (!place.firstChild) place.append(make("h3", {}, "What they have now"), facts, row, make("div", { class: "compared", role: "status" }));
  else if (place.querySelector("ul").textContent !== facts.textContent) place.querySelector("ul").replaceWith(facts);
  if (known || seen.probe) drawProbe(place.querySelector(".compared"));
}

function drawProbe(place) {
  const probe = seen.probe;
  if (!probe || place.dataset.form === JSON.stringify(probe)) return;
  place.dataset.form = JSON.stringify(probe);
  const column = (title, answers) => make("div", {}, make("h4", {}, title), ...(answers.length ? answers.map((text) => make("p", { dir: "auto", class: "bubble" }, text)) : [make("p", {}, "no answer")]));
  const verdict = probe.same ? "The same answer: nothing is given away." : "Not the same: this chat is open, or a message of its own came in between.";
  place.replaceChildren(make("p", { class: probe.same ? "same" : "differs" }, `“${probe.text}”: ${verdict}`),
    make("div", { class: "columns" }, column("This phone", probe.here), column("A phone that never wrote", probe.new)));
}

// The phones of the people who answer

function buildStation(section) {
  const person = section.dataset.person;
  section.append($("station").content.cloneNode(true));
  const find = (selector) => section.querySelector(selector);
  const title = find("h2");
  title.id = `title-${person}`;
  title.textContent = named(person);
  const input = find("input");
  input.id = `text-${person}`;
  const label = find("label");
  label.htmlFor = input.id;
  label.textContent = `Command or message of the ${named(person).toLowerCase()}`;
  find(".send").setAttribute("aria-label", `Send as the ${named(person).toLowerCase()}`);
  find(".chat").setAttribute("aria-label", `On the phone of the ${named(person).toLowerCase()}`);
  find(".seized").setAttribute("aria-label", `What a person holding the phone of the ${named(person).toLowerCase()} has`);
  find("form").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (text) act("phone_says", { phone: person, text });
    input.value = "";
  });
  find(".seize").addEventListener("click", () => {
    act("phone_locks", { phone: person, lock: find(".seize").getAttribute("aria-pressed") !== "true" });
  });
  stations.set(person, { section, input, find });
}

function drawStation(person, screen) {
  const { section, input, find } = stations.get(person);
  find(".print code").textContent = screen.fingerprint.split(/\s+/).slice(0, 2).join(" ");
  find(".print").title = `Fingerprint of this phone’s public key: ${screen.fingerprint}`;
  const context = {
    tap: (entry, button) => act("phone_taps", { phone: person, entry: entry.id, data: button.data, label: button.label }),
    look: (number) => act("phone_says", { phone: person, text: number }),
    quote: (number) => {
      input.value = `${number} `;
      input.focus();
    },
  };
  const added = keep(find(".chat"), screen.entries, (entry) => deskEntry(entry, context));
  if (added) mark(person);
  find(".phone").classList.toggle("is-seized", screen.locked);
  find(".held").hidden = !screen.locked;
  input.disabled = screen.locked;
  find(".send").disabled = screen.locked;
  for (const button of section.querySelectorAll(".chat button")) button.disabled = screen.locked;
  find(".seize").textContent = screen.locked ? "Give the phone back" : "Seize this phone";
  find(".seize").setAttribute("aria-pressed", String(screen.locked));
  const place = find(".seized");
  place.hidden = !screen.locked;
  if (screen.locked) drawSeizedStation(place, screen);
}

function drawSeizedStation(place, screen) {
  const pages = screen.entries.filter((entry) => entry.kind === "page").length;
  place.replaceChildren(make("h3", {}, "What they have now"), make("ul", {},
    make("li", {}, `On the lock screen: ${pages === 1 ? "1 page" : `${pages} pages`}, number and level only.`),
    make("li", {}, "Cards and words that were open here are forgotten; they were only in this phone’s memory."),
    make("li", {}, "The service has no private key. Seized while unlocked, this phone reads what its owner may open, until an administrator removes the key; open cases then go back to step one.")));
}

// The service

function drawLines() {
  for (const [name, line] of Object.entries(seen.lines)) {
    const held = line.cut || seen.worker.state !== "running";
    const waits = held && line.waiting ? `, ${line.waiting} waiting` : "";
    $(`line-${name}`).textContent = (line.cut ? "cut" : "working") + waits;
    $(`dot-${name}`).className = `dot ${line.cut ? "bad" : "good"}`;
    const button = document.querySelector(`[data-cut="${name}"]`);
    button.textContent = line.cut ? "Join it again" : "Cut this channel";
    button.setAttribute("aria-pressed", String(line.cut));
  }
}

function drawWorker() {
  const { state, pid } = seen.worker;
  const said = { starting: "starting", running: `running, process ${pid}`, down: `process ${pid} is dead; a new one comes` };
  $("worker").textContent = said[state];
  $("worker-dot").className = `dot ${state === "running" ? "good" : "bad"}`;
  $("kill").disabled = state !== "running";
  drawLines();
}

function drawLadder() {
  const place = $("ladder");
  if (!seen.ladder.length) {
    place.replaceChildren(make("p", { class: "empty" }, "No alert yet. The first page leaves at the tap of 1, 2 or 3 in the reporter’s chat."));
    return;
  }
  let list = place.querySelector("ol.rungs");
  if (!list) {
    list = make("ol", { class: "rungs" });
    place.replaceChildren(list);
  }
  keep(list, seen.ladder.map((entry) => ({ ...entry, id: entry.number })), rung);
  tick();
}

const full = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const day = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short" });

function tick() {
  const at = new Date(now());
  $("time").textContent = full.format(at);
  $("time").dateTime = at.toISOString();
  $("date").textContent = day.format(at);
  for (const face of document.querySelectorAll(".face-time")) face.textContent = hour(at);
  for (const face of document.querySelectorAll(".face-date")) face.textContent = day.format(at);
  countdowns(at);
}

for (const button of document.querySelectorAll("[data-seconds]")) {
  button.addEventListener("click", () => act("clock", { seconds: Number(button.dataset.seconds) }));
}
for (const button of document.querySelectorAll("[data-cut]")) {
  button.addEventListener("click", () => act("cut", { account: button.dataset.cut, cut: button.getAttribute("aria-pressed") !== "true" }));
}
$("kill").addEventListener("click", () => act("kill"));

// The frame of the page

function mark(panel) {
  if (document.body.dataset.tab === panel) return;
  const button = document.querySelector(`[data-show="${panel}"]`);
  if (button.querySelector(".new")) return;
  button.append(make("span", { class: "new" }, make("span", { class: "visually-hidden" }, " (new)")));
}

for (const button of document.querySelectorAll("[data-show]")) {
  button.addEventListener("click", () => {
    document.body.dataset.tab = button.dataset.show;
    for (const other of document.querySelectorAll("[data-show]")) other.removeAttribute("aria-current");
    button.setAttribute("aria-current", "true");
    button.querySelector(".new")?.remove();
    window.scrollTo(0, document.querySelector(".tabs").offsetTop);
    for (const list of document.querySelectorAll("ol.chat")) list.scrollTop = list.scrollHeight;
  });
}

function shut(menu) {
  menu.open = false;
  menu.querySelector("summary").focus();
}
for (const menu of document.querySelectorAll("details.menu")) {
  menu.addEventListener("keydown", (event) => event.key === "Escape" && shut(menu));
  document.addEventListener("click", (event) => !menu.contains(event.target) && (menu.open = false));
}

const dark = window.matchMedia("(prefers-color-scheme: dark)");
function setTheme(isDark) {
  document.documentElement.dataset.theme = isDark ? "dark" : "light";
  $("theme").textContent = isDark ? "Light" : "Dark";
}
setTheme(dark.matches);
dark.addEventListener("change", (event) => setTheme(event.matches));
$("theme").addEventListener("click", () => setTheme(document.documentElement.dataset.theme !== "dark"));

function drawTeam() {
  $("team").textContent = seen.team;
  $("team-face").textContent = [...seen.team][0] ?? "";
}

function drawLanguages() {
  const box = $("locale");
  const before = box.value;
  box.replaceChildren(...seen.languages.map(({ code, name }) => make("option", { value: code, lang: code }, name)));
  box.value = before || "en";
}

const drawings = {
  reporter: drawReporter,
  probe: drawSeizedReporter,
  languages: drawLanguages,
  team: drawTeam,
  lines: drawLines,
  worker: drawWorker,
  ladder: drawLadder,
  clock: tick,
  notes: () => keep($("notes"), seen.notes.map((note, index) => ({ ...note, id: `${note.at}${index}` })), (note) => make("li", {}, make("time", {}, full.format(new Date(note.at))), note.text)),
};

for (const section of document.querySelectorAll("[data-person]")) buildStation(section);

const stream = new EventSource("events");
stream.addEventListener("message", (event) => {
  $("offline").hidden = true;
  const batch = JSON.parse(event.data);
  Object.assign(seen, batch);
  for (const [topic, value] of Object.entries(batch)) {
    if (topic.startsWith("phone:")) drawStation(topic.slice(6), value);
    else drawings[topic]?.();
  }
  document.body.dataset.ready = "true";
});
stream.addEventListener("error", () => {
  $("offline").hidden = false;
});
setInterval(tick, 1000);
tick();
people.forEach((person) => stations.get(person).input.setAttribute("spellcheck", "false"));
