// A command being filled in: its name, one field per option, and suggestions for the current field.

import { OPTION, expects, resolve } from "./command.js";
import { fill, h, uid } from "./dom.js";
import { readFile } from "./modal.js";
import { Autocomplete, local, lookup } from "./suggest.js";

/**
 * `scene` is `{palette, place(), ask(request), leave(text), send(entry, values, typed)}`; `place()` answers
 * `{guild, dmWith}`.
 */
export class CommandLine {
  #fields = [];
  #current = null;

  constructor(scene) {
    this.scene = scene;
    this.element = h("div", { class: "command-line", hidden: true });
    this.autocomplete = new Autocomplete((request) => scene.ask(request));
    this.element.addEventListener("keydown", (event) => this.#key(event));
  }

  get isOpen() {
    return !this.element.hidden;
  }

  /** Start a command; `values` are `{text, picked}` that are already known, by option name. */
  open(entry, values = {}) {
    this.entry = entry;
    this.#fields = [];
    this.fieldArea = h("span", { class: "options" });
    this.extraArea = h("span", { class: "extras" });
    this.tail = this.#makeTail();
    fill(this.element, h("span", { class: "command-name" }, `/${entry.path}`), this.fieldArea, this.tail, this.extraArea);
    this.element.hidden = false;
    for (const option of entry.options) if (option.required || values[option.name] !== undefined) this.#addField(option, values[option.name]);
    this.#offerExtras();
    this.scene.palette.onPick = (item) => this.#pick(item);
    (this.#fields.find((field) => !field.input.value)?.input ?? this.tail).focus();
  }

  close() {
    this.autocomplete.forget();
    this.#current = null;
    this.element.hidden = true;
    this.scene.palette.hide();
  }

  #addField(option, { text = "", picked = null } = {}) {
    const id = uid("option");
    const isFile = option.type === OPTION.ATTACHMENT;
    const input = h("input", { id, type: isFile ? "file" : "text", autocomplete: "off", spellcheck: "false", value: isFile ? undefined : text, "aria-describedby": `${id}-problem`, "aria-required": String(Boolean(option.required)) });
    const problem = h("small", { class: "field-problem", id: `${id}-problem`, role: "alert", hidden: true });
    const box = h("span", { class: "option" }, h("label", { for: id }, option.name), input, problem);
    const field = { option, input, box, problem, picked };
    input.addEventListener("focus", () => this.#enter(field));
    input.addEventListener("input", () => {
      field.picked = null;
      this.#complain(field, null);
      if (this.#named(field)) return;
      this.#widen(field);
      this.#suggest(field);
    });
    this.#fields.push(field);
    this.#widen(field);
    this.fieldArea.append(box);
    return field;
  }

  /** Handle a typed option name (`key:`): drop the field's own, and go to the field of another. */
  #named(field) {
    const { value } = field.input;
    if (field.option.type === OPTION.ATTACHMENT) return false;
    if (value === `${field.option.name}:`) {
      field.input.value = "";
      return false;
    }
    const other = this.entry.options.find((option) => value === `${option.name}:` || value.endsWith(` ${option.name}:`));
    const there = this.#fields.find((candidate) => candidate.option === other);
    if (!other || there?.input.value) return false;
    field.input.value = value.slice(0, -other.name.length - 1).trim();
    this.#widen(field);
    if (there) there.input.focus();
    else this.#extend(other);
    return true;
  }

  get #left() {
    return this.entry.options.filter((option) => !this.#fields.some((field) => field.option === option));
  }

  /** The input after the last field, where Enter sends and typing adds another option. */
  #makeTail() {
    const tail = h("input", { type: "text", class: "tail", autocomplete: "off", spellcheck: "false", "aria-label": "Add an option, or press Enter to send" });
    tail.addEventListener("focus", () => this.#suggestExtras());
    tail.addEventListener("input", () => this.#suggestExtras());
    return tail;
  }

  #suggestExtras() {
    this.#current = null;
    this.autocomplete.forget();
    const { palette } = this.scene;
    palette.serve(this.tail);
    const typed = this.tail.value.trim().toLowerCase().replace(/:$/, "");
    const exact = this.tail.value.endsWith(":") && this.#left.find((option) => option.name === typed);
    if (exact) {
      this.#extend(exact);
      return;
    }
    const items = this.#left.filter((option) => option.name.includes(typed)).map((option) => ({ option, title: option.name, detail: option.description }));
    palette.show(items, { head: this.#describe(null), active: typed ? 0 : -1, note: typed ? "No such option." : null });
  }

  #extend(option) {
    this.tail.value = "";
    this.#addField(option).input.focus();
    this.#offerExtras();
  }

  #offerExtras() {
    const buttons = this.#left.map((option) =>
      h("button", { type: "button", class: "extra", tabIndex: -1, title: option.description, on: { click: () => this.#extend(option) } }, `+ ${option.name}`),
    );
    const send = h("button", { type: "button", class: "send", title: "Send (Enter)", on: { click: () => this.#send() } }, "Send ⏎");
    fill(this.extraArea, buttons, send);
  }

  #enter(field) {
    this.#current = field;
    this.scene.palette.serve(field.input);
    this.#suggest(field);
  }

  #widen(field) {
    if (field.input.type === "text") field.input.style.width = `${Math.min(Math.max(field.input.value.length + 3, 8), 48)}ch`;
  }

  #describe(field) {
    if (field === null) return h("span", {}, h("strong", {}, `/${this.entry.path}`), ` ${this.entry.description} `, h("em", {}, this.#left.length > 0 ? "Press Enter to send, or add an option." : "Press Enter to send."));
    const { option } = field;
    return h("span", {}, h("strong", {}, option.name), ` ${option.description ?? ""} `, h("em", {}, `${option.required ? "" : "Optional. "}Takes ${expects(option)}.`));
  }

  #suggest(field) {
    const { palette } = this.scene;
    const head = this.#describe(field);
    this.autocomplete.forget();
    if (field.picked !== null) return palette.show([], { head });
    if (field.option.autocomplete) {
      const request = { name: this.entry.key, option: field.option.key, typed: field.input.value, options: this.#valuesSoFar(field) };
      this.autocomplete.query(request, (result) => this.#showAsked(field, head, result));
      return undefined;
    }
    const items = local(field.option, field.input.value, this.scene.place());
    palette.show(items ?? [], { head, note: items !== null ? "No matches." : null });
    return undefined;
  }

  #showAsked(field, head, result) {
    if (this.#current !== field) return;
    if (result.waiting) {
      // The old list stays until the answer comes, so that it does not flicker with every key.
      if (!this.scene.palette.isOpen || this.asked !== field) this.scene.palette.show([], { head, note: "Searching…" });
    } else if (result.problem) this.scene.palette.show([], { head, note: `No suggestions: ${result.problem}` });
    else this.scene.palette.show(result.items, { head, note: "No suggestions." });
    this.asked = field;
  }

  /** The values of the other fields that are already valid. */
  #valuesSoFar(asking) {
    const values = {};
    for (const field of this.#fields) {
      if (field === asking || field.option.type === OPTION.ATTACHMENT) continue;
      const { value } = resolve(field.option, { text: field.input.value, picked: field.picked }, (option, text) => lookup(option, text, this.scene.place()));
      if (value !== undefined) values[field.option.key] = value;
    }
    return values;
  }

  #pick(item) {
    const field = this.#current;
    if (item.option) this.#extend(item.option);
    if (item.option || field === null) return;
    field.picked = item.value;
    field.input.value = item.title;
    this.#widen(field);
    this.#complain(field, null);
    this.#next(field);
  }

  /** Go to the next field that needs a value, or past the last one, ready to send. */
  #next(field) {
    const after = this.#fields.slice(this.#fields.indexOf(field) + 1).find((candidate) => !candidate.input.value);
    const target = after ?? this.#fields.find((candidate) => candidate.option.required && !candidate.input.value);
    (target?.input ?? this.tail).focus();
  }

  #key(event) {
    const { palette } = this.scene;
    const field = this.#fields.find((candidate) => candidate.input === event.target) ?? null;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const atTail = event.target === this.tail;
    if (step && (field || atTail) && palette.isOpen) palette.move(step);
    else if (event.key === "Enter" && (field || atTail) && palette.active) this.#pick(palette.active);
    else if (event.key === "Enter" && (atTail || (field && field.option.type !== OPTION.ATTACHMENT))) this.#send();
    else if (event.key === "Tab" && !event.shiftKey && event.target.value && palette.active) this.#pick(palette.active);
    else if (event.key === "Escape") palette.active ? palette.hide() : this.scene.leave("");
    else if (event.key === "Backspace" && field && !field.input.value) this.#back(field);
    else if (event.key === "Backspace" && atTail && !this.tail.value) this.#backFromTail();
    else return;
    event.preventDefault();
  }

  #backFromTail() {
    const last = this.#fields.at(-1);
    if (last) last.input.focus();
    else this.scene.leave(`/${this.entry.path}`);
  }

  #back(field) {
    const index = this.#fields.indexOf(field);
    if (!field.option.required) {
      this.#fields.splice(index, 1);
      field.box.remove();
      this.#offerExtras();
    }
    const previous = this.#fields[index - 1];
    if (previous) previous.input.focus();
    else this.scene.leave(`/${this.entry.path}`);
  }

  #complain(field, text) {
    field.problem.textContent = text ?? "";
    field.problem.hidden = !text;
    field.box.classList.toggle("wrong", Boolean(text));
    field.input.setAttribute("aria-invalid", String(Boolean(text)));
  }

  async #send() {
    const values = {};
    const typed = {};
    let firstWrong = null;
    for (const field of this.#fields) {
      const file = field.input.files?.[0];
      const answer = resolve(field.option, { text: field.input.value, picked: field.picked, file }, (option, text) => lookup(option, text, this.scene.place()));
      this.#complain(field, answer.error);
      if (answer.error) firstWrong ??= field;
      else if (answer.value !== undefined) values[field.option.key] = answer.value;
      if (!file && field.input.value) typed[field.option.name] = { text: field.input.value, picked: field.picked };
    }
    if (firstWrong) {
      firstWrong.input.focus();
      return;
    }
    try {
      for (const [name, value] of Object.entries(values)) if (value instanceof File) values[name] = await readFile(value);
    } catch (error) {
      const field = this.#fields.find((candidate) => candidate.option.type === OPTION.ATTACHMENT);
      this.#complain(field, error.message);
      return;
    }
    this.scene.send(this.entry, values, typed);
  }
}
