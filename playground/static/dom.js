// Building elements. Text only ever becomes text nodes: nothing in this page assigns markup, so a message
// that contains HTML is shown, not run.

const PROPERTIES = new Set(["value", "checked", "disabled", "hidden", "tabIndex", "open", "selected", "multiple"]);

/**
 * Make one element.
 *
 * `props` knows `class`, `on` (event name → handler), `data` (dataset), `style` (CSS property → value), the DOM
 * properties above, and takes everything else as an attribute. Children may be nodes, strings, numbers, arrays
 * of these, or null / false for "nothing".
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "class") element.className = value;
    else if (name === "on") for (const [event, handler] of Object.entries(value)) element.addEventListener(event, handler);
    else if (name === "data") Object.assign(element.dataset, value);
    else if (name === "style") for (const [key, item] of Object.entries(value)) element.style.setProperty(key, item);
    else if (PROPERTIES.has(name)) element[name] = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  return add(element, ...children);
}

/** Append children to a parent, flattening arrays and leaving out null and false. */
export function add(parent, ...children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    parent.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return parent;
}

/** Replace everything inside a parent. */
export function fill(parent, ...children) {
  parent.replaceChildren();
  return add(parent, ...children);
}

/** A page-wide unique id, for aria references. */
let serial = 0;
export function uid(prefix) {
  serial += 1;
  return `${prefix}-${serial}`;
}

/** The href to use for an address a bot sent, or null when it is not plain http(s). */
export function safeHref(address) {
  try {
    const url = new URL(address);
    return url.protocol === "http:" || url.protocol === "https:" ? url.href : null;
  } catch {
    return null;
  }
}

/** A link that opens in a new tab, or plain text when the address cannot be opened. */
export function outwardLink(address, label, extra = {}) {
  const href = safeHref(address);
  if (href === null) return h("span", extra, label);
  return h("a", { ...extra, href, target: "_blank", rel: "noopener noreferrer nofollow" }, label);
}

/** A steady colour for a name or id: a hue on the circle. */
export function hueOf(text) {
  let sum = 7;
  for (const letter of String(text)) sum = (sum * 31 + letter.codePointAt(0)) % 3600;
  return sum / 10;
}

/** The round picture with initials that stands for a person or a server. */
export function avatar(name, id, className = "avatar") {
  const words = String(name).replace(/[^\p{L}\p{N} ]/gu, " ").trim().split(/\s+/).filter(Boolean);
  const initials = words.length > 1 ? words[0][0] + words[1][0] : (words[0] ?? "?").slice(0, 2);
  return h("span", { class: className, "aria-hidden": "true", style: { "--hue": String(hueOf(id)) } }, initials.toUpperCase());
}

/** What to give an element so that it carries a role's colour, kept readable by the style sheet. */
export function tinted(className, color) {
  return color ? { class: `${className} tinted`, style: { "--role": color } } : { class: className };
}

/** Write bytes the way people read them. */
export function bytes(count) {
  if (count < 1024) return `${count} B`;
  if (count < 1024 * 1024) return `${(count / 1024).toFixed(1)} KB`;
  return `${(count / 1024 / 1024).toFixed(1)} MB`;
}

/** Show a short notice at the bottom of the page. */
export function toast(text, kind = "info") {
  const notice = h("div", { class: `toast ${kind}`, role: kind === "error" ? "alert" : "status" }, text);
  document.getElementById("toasts").append(notice);
  setTimeout(() => notice.remove(), kind === "error" ? 9000 : 4500);
}
