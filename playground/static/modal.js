// Forms the bot opens: text inputs, and labels around text inputs, menus, choices and files.

import { bytes, fill, h, toast, uid } from "./dom.js";
import { markup } from "./markup.js";
import { selectMenu } from "./select.js";

const SELECTS = new Set([3, 5, 6, 7, 8]);

/**
 * Show a form until it is sent or dismissed. `submit(values)` gets `{custom_id: text | [values] | boolean | [files]}` and
 * rejects when the form was refused; then it stays open as it was.
 */
export function showModal(form, { names, guild, submit, dismissed }) {
  const fields = [];
  const warning = h("p", { class: "form-warning", role: "alert", hidden: true });
  const send = h("button", { type: "submit", class: "button primary" }, "Submit");
  const cancel = h("button", { type: "button", class: "button secondary", on: { click: () => dialog.close() } }, "Cancel");
  const title = uid("title");
  const body = h(
    "form",
    { method: "dialog", novalidate: true, on: { submit: (event) => { event.preventDefault(); trySend(); } } },
    h("h2", { id: title }, form.title),
    warning,
    form.components.map((part) => block(part, { names, guild, fields })),
    h("div", { class: "form-buttons" }, cancel, send),
  );
  const dialog = h("dialog", { class: "modal", "aria-labelledby": title }, body);
  let sent = false;

  const trySend = async () => {
    warning.hidden = true;
    const wrong = fields.filter((field) => !field.check());
    if (wrong.length > 0) {
      wrong[0].focus();
      return;
    }
    send.disabled = true;
    try {
      const values = {};
      for (const field of fields) values[field.id] = await field.value();
      await submit(values);
      sent = true;
      dialog.close();
    } catch (error) {
      fill(warning, error.message);
      warning.hidden = false;
    } finally {
      send.disabled = false;
    }
  };
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (!sent) dismissed();
  });
  // Enter sends from a one-line field, and starts a new line in a long text. Ctrl+Enter always sends.
  body.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      trySend();
    }
  });
  document.body.append(dialog);
  dialog.showModal();
  fields[0]?.focus();
  return dialog;
}

function block(part, scene) {
  if (part.type === 10) return h("div", { class: "markup form-text" }, markup(part.content, scene.names));
  if (part.type === 1) return part.components.map((inner) => labelled({ label: inner.label, component: inner }, scene));
  if (part.type === 18) return labelled(part, scene);
  return h("div", { class: "unknown-part" }, `The playground cannot show this part of the form (type ${part.type}) yet.`);
}

function labelled(part, scene) {
  const inner = part.component;
  const id = uid("field");
  const problem = h("small", { class: "field-problem", id: `${id}-problem`, role: "alert", hidden: true });
  const required = inner.type !== 23 && inner.required !== false;
  const field = control(inner, id, scene, required);
  const complain = (text) => {
    problem.textContent = text ?? "";
    problem.hidden = !text;
    field.element.classList.toggle("wrong", Boolean(text));
    return !text;
  };
  const revise = () => problem.hidden || complain(field.problem());
  field.element.addEventListener("input", revise);
  field.element.addEventListener("change", revise);
  scene.fields.push({ id: inner.custom_id, value: field.value, focus: field.focus, check: () => complain(field.problem()) });
  return h(
    "div",
    { class: "field" },
    h("label", { for: id }, part.label ?? "", required ? h("span", { class: "needed", title: "required" }, " *") : null),
    part.description ? h("small", { class: "field-help", id: `${id}-help` }, part.description) : null,
    field.element,
    field.counter ?? null,
    problem,
  );
}

function control(part, id, scene, required) {
  if (part.type === 4) return textField(part, id, required);
  if (SELECTS.has(part.type)) return selectField(part, id, scene, required);
  if (part.type === 19) return fileField(part, id, required);
  if (part.type === 21 || part.type === 22) return choiceField(part, id, required);
  if (part.type === 23) return tickField(part, id);
  const element = h("div", { class: "unknown-part" }, `The playground cannot show this part of the form (type ${part.type}) yet.`);
  return { element, value: async () => null, problem: () => null, focus: () => {} };
}

function textField(part, id, required) {
  const long = part.style === 2;
  const box = h(long ? "textarea" : "input", { id, value: part.value ?? "", placeholder: part.placeholder, rows: long ? 4 : null, type: long ? null : "text", "aria-required": String(required) });
  const max = part.max_length ?? 4000;
  const min = part.min_length ?? 0;
  const counter = h("small", { class: "counter", "aria-hidden": "true" });
  const count = () => {
    const length = [...box.value].length;
    counter.textContent = part.max_length || length > 3500 ? `${length} / ${max}` : "";
    counter.classList.toggle("over", length > max);
  };
  box.addEventListener("input", count);
  count();
  const problem = () => {
    const length = [...box.value].length;
    if (required && !box.value.trim()) return "This field is required.";
    if (length > max) return `At most ${max} characters; this has ${length}.`;
    return length > 0 && length < min ? `At least ${min} characters; this has ${length}.` : null;
  };
  return { element: box, counter, value: async () => box.value, problem, focus: () => box.focus() };
}

function selectField(part, id, scene, required) {
  const element = selectMenu(part, { guild: scene.guild, id, onChoose: () => element.dispatchEvent(new Event("change")) });
  const min = part.min_values ?? (required ? 1 : 0);
  const problem = () => {
    const count = element.chosen().length;
    if (count === 0 && !required) return null;
    return count < min ? `Choose at least ${min}.` : null;
  };
  return { element, value: async () => element.chosen(), problem, focus: () => element.querySelector("button").focus() };
}

function fileField(part, id, required) {
  const element = h("input", { type: "file", id, multiple: (part.max_values ?? 1) > 1 });
  const problem = () => {
    const count = element.files.length;
    if (count === 0) return required ? "Choose a file." : null;
    return count > (part.max_values ?? 1) ? `At most ${part.max_values} files.` : null;
  };
  return { element, value: () => Promise.all([...element.files].map(readFile)), problem, focus: () => element.focus() };
}

function choiceField(part, id, required) {
  const one = part.type === 21;
  const boxes = (part.options ?? []).map((option) => h("input", { type: one ? "radio" : "checkbox", name: id, value: option.value, checked: Boolean(option.default) }));
  const element = h(
    "div",
    { class: "choices", role: one ? "radiogroup" : "group" },
    (part.options ?? []).map((option, index) => h("label", {}, boxes[index], h("span", {}, option.label, option.description ? h("small", {}, option.description) : null))),
  );
  const chosen = () => boxes.filter((box) => box.checked).map((box) => box.value);
  const problem = () => {
    const count = chosen().length;
    if (count === 0) return required ? "Choose one." : null;
    if (count < (part.min_values ?? 1)) return `Choose at least ${part.min_values}.`;
    return !one && count > (part.max_values ?? boxes.length) ? `Choose at most ${part.max_values}.` : null;
  };
  return { element, value: async () => (one ? (chosen()[0] ?? null) : chosen()), problem, focus: () => boxes[0]?.focus() };
}

function tickField(part, id) {
  const box = h("input", { type: "checkbox", id, checked: Boolean(part.default) });
  return { element: box, value: async () => box.checked, problem: () => null, focus: () => box.focus() };
}

const MAX_FILE_BYTES = 8 * 1024 * 1024;

/** A chosen file as the server expects it: `{name, type, base64}`. Rejects one that is too large. */
export async function readFile(file) {
  if (file.size > MAX_FILE_BYTES) {
    toast(`${file.name} is too large (${bytes(file.size)}).`, "error");
    throw new Error(`Files can have at most ${bytes(MAX_FILE_BYTES)} here.`);
  }
  const address = await new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(reader.result));
    reader.addEventListener("error", () => reject(new Error(`${file.name} could not be read.`)));
    reader.readAsDataURL(file);
  });
  return { name: file.name, type: file.type || "application/octet-stream", base64: address.slice(address.indexOf(",") + 1) };
}
