// A select menu, in a message or a form: a button that opens a searchable list.

import { fill, h, uid } from "./dom.js";
import { Palette } from "./palette.js";

const USER = 5;
const ROLE = 6;
const MENTIONABLE = 7;
const CHANNEL = 8;
const MAX_SHOWN = 25;
// With fewer choices the search box is hidden, but it still takes the keys.
const MIN_SEARCHABLE = 8;
const MIN_SPACE = 340;

/** The choices of a menu in this server: `[{value, title, detail, icon, color}]`. */
export function offers(part, guild) {
  const members = () => (guild?.members ?? []).map((member) => ({ value: member.id, title: member.name, detail: `@${member.username}`, icon: "@", kind: "user" }));
  const roles = () => (guild?.roles ?? []).map((role) => ({ value: role.id, title: role.name, icon: "@", color: role.color, kind: "role" }));
  switch (part.type) {
    case USER:
      return members();
    case ROLE:
      return roles();
    case MENTIONABLE:
      return [...members(), ...roles()];
    case CHANNEL:
      return (guild?.channels ?? [])
        .filter((channel) => !part.channel_types?.length || part.channel_types.includes(channel.type))
        .map((channel) => ({ value: channel.id, title: channel.name, detail: channel.category ?? "", icon: channelSign(channel.type), kind: "channel" }));
    default:
      return (part.options ?? []).map((option) => ({ value: option.value, title: option.label, detail: option.description ?? "", icon: option.emoji?.name ?? "" }));
  }
}

export function channelSign(type) {
  return { 1: "@", 2: "🔊", 4: "▾", 5: "📣", 10: "🧵", 11: "🧵", 12: "🔒", 15: "💬" }[type] ?? "#";
}

/**
 * The menu's element. `onChoose(values)` runs when the person is done choosing; `element.chosen()` returns what is
 * chosen now. Only one menu is open at a time.
 */
export function selectMenu(part, { guild, onChoose = () => {}, id = uid("select"), describedBy = null }) {
  const all = offers(part, guild);
  const defaults = part.default_values?.map((item) => item.id) ?? (part.options ?? []).filter((option) => option.default).map((option) => option.value);
  let chosen = new Set(defaults);
  const min = part.min_values ?? 1;
  const max = part.max_values ?? 1;

  const filter = h("input", { type: "text", class: all.length > MIN_SEARCHABLE ? "select-filter" : "select-filter unseen", autocomplete: "off", placeholder: "Search", "aria-label": "Search" });
  const palette = new Palette({ input: filter, label: part.placeholder ?? "Choices", className: "menu-palette" });
  const face = h("span", { class: "select-face" });
  const button = h("button", { type: "button", class: "select-button", id, disabled: part.disabled, "aria-haspopup": "listbox", "aria-expanded": "false", "aria-describedby": describedBy }, face, h("span", { class: "select-arrow", "aria-hidden": "true" }, "▾"));
  const sheet = h("div", { class: "select-sheet", hidden: true }, filter, palette.element);
  const element = h("div", { class: "select" }, button, sheet);
  palette.serve(filter);

  const say = () => {
    const labels = all.filter((item) => chosen.has(item.value)).map((item) => item.title);
    fill(face, labels.length > 0 ? labels.join(", ") : h("span", { class: "placeholder" }, part.placeholder || "Make a selection"));
  };
  const list = () => {
    const wanted = filter.value.trim().toLowerCase();
    const fitting = all.filter((item) => item.title.toLowerCase().includes(wanted) || item.detail?.toLowerCase().includes(wanted));
    const items = fitting.slice(0, wanted ? MAX_SHOWN * 2 : 200).map((item) => (max > 1 ? { ...item, chosen: chosen.has(item.value) } : item));
    const current = items.findIndex((item) => item.value === palette.active?.value);
    const count = max > 1 ? `Choose ${min === max ? max : `${min} to ${max}`} (${chosen.size} chosen). Enter to choose, Escape when done.` : null;
    palette.show(items, { head: count, note: "No matches.", active: Math.max(current, 0) });
  };
  const place = () => {
    const box = button.getBoundingClientRect();
    const below = window.innerHeight - box.bottom;
    const above = below < MIN_SPACE && box.top > below;
    Object.assign(sheet.style, { left: `${box.left}px`, width: `${box.width}px`, top: above ? "auto" : `${box.bottom + 3}px`, bottom: above ? `${window.innerHeight - box.top + 3}px` : "auto" });
    sheet.style.setProperty("--room", `${Math.max(120, (above ? box.top : below) - 90)}px`);
  };
  const open = () => {
    sheet.hidden = false;
    place();
    button.setAttribute("aria-expanded", "true");
    filter.value = "";
    list();
    filter.focus();
    document.addEventListener("pointerdown", outside, true);
    document.addEventListener("scroll", follow, true);
  };
  const close = (finished) => {
    if (sheet.hidden) return;
    sheet.hidden = true;
    palette.hide();
    button.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", outside, true);
    document.removeEventListener("scroll", follow, true);
    if (finished === "back") button.focus();
    if (max > 1 && dirty && chosen.size >= min && element.isConnected) onChoose([...chosen]);
    dirty = false;
  };
  let dirty = false;
  const follow = (event) => {
    if (!sheet.contains(event.target)) place();
  };
  const outside = (event) => {
    if (!element.contains(event.target)) close("away");
  };

  palette.onPick = (item) => {
    if (max === 1) {
      chosen = new Set(chosen.has(item.value) && min === 0 ? [] : [item.value]);
      say();
      close("back");
      onChoose([...chosen]);
      return;
    }
    if (chosen.has(item.value)) chosen.delete(item.value);
    else if (chosen.size < max) chosen.add(item.value);
    dirty = true;
    say();
    list();
  };
  button.addEventListener("click", () => (sheet.hidden ? open() : close("back")));
  button.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" && sheet.hidden) {
      event.preventDefault();
      open();
    }
  });
  filter.addEventListener("input", list);
  filter.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) palette.move(step);
    else if (event.key === "Enter") palette.active && palette.onPick(palette.active);
    else if (event.key === "Escape") close("back");
    else if (event.key === "Tab") return close("away");
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  say();
  element.chosen = () => [...chosen];
  return element;
}
