// Texts in the reader's language. The English text is the key; Python sends the table (optim_viz/ui/i18n.py).

let table = {};

/** @param {Record<string, string>} texts English -> the reader's language */
export function setTexts(texts) {
  table = texts;
}

/**
 * @param {string} text in English
 * @param {Record<string, string | number>} [values] for its {fields}
 */
export function _(text, values = {}) {
  return (table[text] || text).replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}
