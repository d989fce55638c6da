// A list of suggestions for a text field, which keeps the focus: arrow keys move, the field decides which key picks.
// Used for commands, option values and select menus.

import { fill, h, tinted, uid } from "./dom.js";

/**
 * `items` are `{title, detail, hint, icon, disabled, chosen}` plus whatever the owner wants back in `onPick(item)`.
 */
export class Palette {
  #items = [];
  #active = -1;

  constructor({ input, label, className = "" }) {
    this.input = input;
    this.list = h("ul", { role: "listbox", id: uid("list"), "aria-label": label });
    this.head = h("div", { class: "palette-head", hidden: true });
    this.element = h("div", { class: `palette ${className}`, hidden: true }, this.head, this.list);
    // The field would lose the focus before the click arrives.
    this.element.addEventListener("mousedown", (event) => event.preventDefault());
    this.onPick = () => {};
  }

  /** Serve another field. */
  serve(input) {
    this.input?.removeAttribute("aria-activedescendant");
    this.input?.setAttribute("aria-expanded", "false");
    this.input = input;
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", this.list.id);
    input.setAttribute("aria-expanded", String(this.isOpen));
  }

  get isOpen() {
    return !this.element.hidden;
  }

  /** The item that Enter or Tab would pick, or null. */
  get active() {
    return this.isOpen ? (this.#items[this.#active] ?? null) : null;
  }

  /** Show the items. `head` is a node or text above them, `note` replaces an empty list, `active: -1` marks none. */
  show(items, { head = null, note = null, active = 0 } = {}) {
    this.#items = items;
    fill(this.head, head);
    this.head.hidden = head === null;
    const rows = items.map((item, index) => this.#row(item, index));
    fill(this.list, rows.length > 0 ? rows : note && h("li", { class: "palette-note" }, note));
    this.list.hidden = rows.length === 0 && !note;
    this.element.hidden = this.list.hidden && this.head.hidden;
    this.input?.setAttribute("aria-expanded", String(this.isOpen));
    this.#focus(Math.min(active, items.length - 1));
  }

  hide() {
    this.element.hidden = true;
    this.input?.setAttribute("aria-expanded", "false");
    this.input?.removeAttribute("aria-activedescendant");
  }

  /** Go up or down, from one end to the other. */
  move(step) {
    const count = this.#items.length;
    const from = this.#active < 0 && step < 0 ? 0 : this.#active;
    if (count > 0) this.#focus((from + step + count) % count);
  }

  #row(item, index) {
    const pick = () => {
      if (!item.disabled) this.onPick(item);
    };
    return h(
      "li",
      {
        role: "option", id: `${this.list.id}-${index}`, class: item.disabled ? "disabled" : "", "aria-selected": "false",
        "aria-checked": item.chosen === undefined ? null : String(item.chosen),
        on: { click: pick, mousemove: () => this.#focus(index) },
      },
      item.chosen === undefined ? null : h("span", { class: `tick${item.chosen ? " on" : ""}`, "aria-hidden": "true" }),
      item.icon ? h("span", { class: "palette-icon", "aria-hidden": "true" }, item.icon) : null,
      h("span", tinted("palette-title", item.color), item.title),
      item.detail ? h("span", { class: "palette-detail" }, item.detail) : null,
      item.hint ? h("span", { class: "palette-hint" }, item.hint) : null,
    );
  }

  #focus(index) {
    this.list.children[this.#active]?.setAttribute("aria-selected", "false");
    this.#active = index;
    const row = this.#items.length > 0 ? this.list.children[index] : null;
    if (!row) {
      this.input?.removeAttribute("aria-activedescendant");
      return;
    }
    row.setAttribute("aria-selected", "true");
    row.scrollIntoView({ block: "nearest" });
    this.input?.setAttribute("aria-activedescendant", row.id);
  }
}
