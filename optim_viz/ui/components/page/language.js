// Tells the browser which language the page is in: screen readers, fonts and hyphenation depend on it.

export default function ({ data }) {
  document.documentElement.lang = data;
}
