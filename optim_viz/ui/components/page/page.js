// What concerns the page as a whole: its language, which screen readers, fonts and hyphenation depend on, its style sheet, and
// the phone's drawer.

/** A style sheet from our own server, once. */
export function loadStyle(address) {
  const url = new URL(address, document.baseURI).href;
  const present = [...document.querySelectorAll("link[rel=stylesheet]")].find((link) => link.href === url);
  if (present) return present.loaded ?? Promise.resolve();
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = url;
  link.loaded = new Promise((resolve) => (link.onload = link.onerror = () => resolve(undefined)));
  document.head.append(link);
  return link.loaded;
}

// whoever has chosen a page in the drawer wants to see it
document.addEventListener("click", ({ target }) => {
  if (!(target instanceof Element) || !target.closest("[data-testid=stSidebarNavLink]")) return;
  const close = document.querySelector("[data-testid=stSidebarCollapseButton] button");
  if (close instanceof HTMLElement) close.click();
});

export default function ({ data }) {
  document.documentElement.lang = data.language;
  loadStyle(data.style);
}
