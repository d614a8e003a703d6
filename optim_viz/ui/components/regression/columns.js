// The columns of a file of one's own: what each holds, which are inputs and which the target, and how the file was read.

import { choice, h, offer, row } from "../player/dom.js";
import { _ } from "../player/texts.js";

export class Columns {
  /** @param {object} choices @param {(settings: object) => void} choose the settings of one's own data as they are to be */
  constructor(choices, choose) {
    this.choices = choices;
    this.choose = choose;
    this.body = h("tbody");
    this.said = h("ul", { class: "ov-said" });
    const menu = (name, label) => {
      // read otherwise, the columns are others: none is known by its old name
      const rest = name === "missing" ? {} : name === "encoding" ? { column: "", columns: "" } : { column: "", columns: "", decimals: "" };
      const element = choice(label, [], (key) => this._set({ ...rest, [name]: key }));
      return { element, row: row("ov-slider ov-choice", label, element) };
    };
    this.menus = {
      missing: menu("missing", _("Where a value is missing")),
      encoding: menu("encoding", _("Encoding")),
      separator: menu("separator", _("Between columns")),
      header: menu("header", _("First line")),
    };
    const table = h(
      "table",
      { class: "ov-table ov-columns-of-own", "aria-label": _("The columns of your data") },
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, _("Column")), h("th", { scope: "col" }, _("Used as")))),
      this.body,
    );
    const { missing, ...others } = this.menus;
    this.fold = h("details", { class: "ov-around ov-fold" }, h("summary", {}, _("how the file is read")), ...Object.values(others).map((one) => one.row), this.said);
    this.asks = h("p", { class: "ov-asks", role: "status" });
    this.table = h("details", { class: "ov-around ov-fold" }, h("summary", {}, _("columns")), this.asks, h("div", { class: "ov-list" }, table), missing.row, this.fold);
    this.element = h("div", { hidden: true }, this.table);
  }

  hide() {
    this.element.hidden = true;
  }

  open() {
    this.table.open = true;
  }

  /** @param {object} own as optim_viz/ui/regression/own.py tells it @param {object} settings what has been chosen so far */
  show(own, settings) {
    const isNew = this.shown?.[0].file !== own.file;
    this.shown = [own, settings];
    this.element.hidden = false;
    const asked = own.columns.filter((column, k) => this._isAsked(column, k));
    if (isNew) this.table.open = own.columns.length > 2 || asked.length > 0 || own.said.length > 0 || own.without > 0;
    if (isNew && own.said.length) this.fold.open = true;
    this.asks.textContent = asked.length ? _("Please say what the comma or point means in: {names}. Shown is the likelier reading.", { names: asked.map(({ name }) => name).join(", ") }) : "";
    const focused = this.body.contains(document.activeElement) ? document.activeElement.getAttribute("aria-label") : null;
    this.body.replaceChildren(...own.columns.map((column, k) => this._row(column, k)));
    if (focused) [...this.body.querySelectorAll("select")].find((one) => one.getAttribute("aria-label") === focused)?.focus();
    this.menus.missing.row.hidden = !own.columns.some(({ can, missing }) => can && missing);
    this._menu("missing", this.choices.missing, own.missing);
    for (const name of ["encoding", "separator", "header"]) this._reading(name, own[name]);
    this.said.replaceChildren(...own.said.map((text) => h("li", {}, text)));
  }

  _menu(name, options, key) {
    const { element } = this.menus[name];
    offer(element, options.map((option) => [option.key, option.name]));
    element.value = key;
  }

  /** How the file is read, as it was found or as somebody wants it. */
  _reading(name, { key, isSet }) {
    const found = this.choices[`${name}s`].find((option) => option.key === key)?.name ?? _("lists");
    const usual = isSet ? _("as it is found") : _("{what} (found)", { what: found });
    this._menu(name, [{ key: "", name: usual }, ...this.choices[`${name}s`].filter((option) => isSet || option.key !== key)], isSet ? key : "");
  }

  _isAsked({ isAsked }, k) {
    return isAsked && !this.shown[0].decimals.some(([place]) => place === k + 1);
  }

  _row(column, k) {
    const { name, full, first, can, role, says, readings } = column;
    const as = choice(_("{name}: used as", { name }), can || role ? [["input", _("input")], ["target", _("target")], ["", _("left out")]] : [["", _("left out")]], (to) => this._use(k, to));
    as.value = role;
    as.disabled = !can && !role;
    const what = [column.is, column.missing].filter(Boolean).join(", ");
    const isAsked = this._isAsked(column, k);
    const sign = readings.length ? choice(_("{name}: how its numbers are read", { name }), readings.map((one) => [one.key, isAsked && one.key === column.decimal ? _("{reading} (likelier)", { reading: one.name }) : one.name]), (key) => this._sign(k, key)) : null;
    if (sign) sign.value = column.decimal;
    return h(
      "tr",
      { class: isAsked ? "ov-asked" : null },
      h(
        "th",
        { scope: "row", title: full === name ? null : full },
        name,
        h("span", { class: "ov-note" }, first.length ? `${first.join(", ")} …` : "", first.length ? " · " : "", what),
        ...says.map((text) => h("span", { class: "ov-note" }, text)),
        sign,
      ),
      h("td", {}, as),
    );
  }

  _set(change) {
    this.choose({ ...this.shown[1], ...change });
  }

  /** A column is used otherwise: of two targets the first becomes an input; without one the last input does. */
  _use(k, to) {
    const roles = this.shown[0].columns.map(({ role }) => role);
    const before = roles.indexOf("target");
    roles[k] = to;
    if (to === "target" && before >= 0) roles[before] = "input";
    if (!roles.includes("target")) {
      const last = roles.findLastIndex((role, j) => role === "input" && j !== k);
      if (last >= 0) roles[last] = "target";
    }
    const columns = roles.flatMap((role, j) => (role === "input" ? [j + 1] : [])).join(",");
    const target = this.shown[0].columns[roles.indexOf("target")];
    if (columns && target) return this._set({ columns, column: target.name });
    this.show(...this.shown);
    this.asks.textContent = _("A target and at least one input are needed.");
  }

  _sign(k, key) {
    const others = this.shown[0].decimals.filter(([place]) => place !== k + 1);
    this._set({ decimals: [...others, [k + 1, key]].sort(([a], [b]) => a - b).map((pair) => pair.join(":")).join(",") });
  }
}
