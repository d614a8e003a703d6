// The page as a whole: starts its player, then streamlit; its language, the phone's menu, where links to the other pages lead, and
// what happens when the server has another version. Streamlit comes when the first picture is there; what is shown is never moved.

import { fromSearch, toSearch } from "../player/link.js";
import { browserStorage } from "../player/storage.js";

const START = JSON.parse(document.getElementById("start").textContent);
const head = document.getElementById("head");
const main = document.getElementById("page");
const kept = browserStorage("sessionStorage");
const LATEST = 4000; // milliseconds after which streamlit starts in any case
const READ = 2500; // milliseconds to read why the page is loaded again

const now = { page: START.page, language: START.language, answers: START.answers, told: START.told };
let player = null;
let tell = () => {}; // streamlit, once it is there

/** The player of this page; a page without one is the text that it came with. */
async function open() {
  if (!START.answers) return;
  const { Player } = await import(`../${START.page}/main.js`);
  player = new Player(main, now);
  player.host(now);
  await player.shown;
}

/** Streamlit's own page: the template has what starts it. */
function join() {
  document.head.append(document.importNode(document.getElementById("streamlit").content, true));
}

/** In another language: the player at once, streamlit when it is there, name, navigation and text as the server writes them. */
async function speak(code) {
  now.language = code;
  document.documentElement.lang = START.tags[code];
  player?.host(now);
  tell("language", code);
  const address = `${location.pathname}?${toSearch({ ...fromSearch(location.search), lang: code })}`;
  if (!player) history.replaceState(history.state, "", address);
  const other = await written(address);
  if (now.language !== code) return;
  document.title = other.title;
  const texts = (page) => page.querySelectorAll("[data-text]");
  texts(other).forEach((text, k) => (texts(document)[k].textContent = text.textContent));
  if (!player) main.replaceChildren(...other.getElementById("page").childNodes);
}

async function written(address) {
  return new DOMParser().parseFromString(await (await fetch(address)).text(), "text/html");
}

/** The server has another version: says so and loads the page again, by itself once. */
function renew(version) {
  if (version === START.version || document.querySelector(".page-note")) return;
  const isNew = kept.getItem("renewed") !== version;
  kept.setItem("renewed", version);
  const note = document.createElement("p");
  note.className = "page-note";
  note.role = "alert";
  note.textContent = START.said[now.language][isNew ? "renewing" : "stale"];
  document.body.append(note);
  if (isNew) setTimeout(() => location.reload(), READ);
}

/** What the page needs could not be loaded: from a server with another version, perhaps. */
async function missed() {
  const other = await written(location.href);
  renew(JSON.parse(other.getElementById("start").textContent).version);
}

document.addEventListener("streamlit", ({ detail: { data, setStateValue } }) => {
  renew(data.version);
  tell = setStateValue;
  if (data.language !== now.language) tell("language", now.language);
});
// what is drawn on canvases follows the theme
new MutationObserver(() => player?.host(now)).observe(document.documentElement, { attributeFilter: ["data-theme"] });

head.addEventListener("change", ({ target }) => speak(target.value));
// links to other pages lead to what was last set there, in the language of this one
for (const event of ["pointerover", "focusin"])
  head.addEventListener(event, () => {
    for (const link of head.querySelectorAll("nav a"))
      link.search = toSearch({ ...fromSearch(kept.getItem(link.pathname) ?? ""), lang: now.language });
  });
// on a phone the pages are a menu
const menu = head.querySelector("button");
const unfold = (isOpen) => menu.setAttribute("aria-expanded", String(isOpen));
head.addEventListener("click", ({ target }) => {
  if (menu.contains(target)) unfold(menu.ariaExpanded !== "true");
  else if (target === head) unfold(false); // what lies over the page beside the menu is the header's
});
head.addEventListener("keydown", ({ key }) => key === "Escape" && unfold(false));

addEventListener("error", ({ target }) => (target instanceof HTMLScriptElement || target instanceof HTMLLinkElement) && missed(), true);
const opened = open().catch((error) => {
  console.error(error);
  return missed();
});
Promise.race([opened, new Promise((late) => setTimeout(late, LATEST))]).then(() => (window.requestIdleCallback ?? setTimeout)(join));
