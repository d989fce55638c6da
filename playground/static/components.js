// Buttons, menus and the newer layout components of a message.

import { avatar, h, outwardLink } from "./dom.js";
import { picture } from "./embed.js";
import { markup } from "./markup.js";
import { selectMenu } from "./select.js";

const STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link", 6: "premium" };

/**
 * All components of a message. `scene` is `{names, guild, press(part), choose(part, values), attachment(name)}`.
 */
export function components(parts, scene) {
  return (parts ?? []).map((part) => component(part, scene));
}

function component(part, scene) {
  switch (part.type) {
    case 1:
      return h("div", { class: "action-row" }, components(part.components, scene));
    case 2:
      return button(part, scene);
    case 3:
    case 5:
    case 6:
    case 7:
    case 8:
      return selectMenu(part, { guild: scene.guild, onChoose: (values) => scene.choose(part, values) });
    case 9:
      return h("div", { class: "section" }, h("div", { class: "section-text" }, components(part.components, scene)), part.accessory && h("div", { class: "section-side" }, component(part.accessory, scene)));
    case 10:
      return h("div", { class: "text-display markup" }, markup(part.content, scene.names));
    case 11:
      return hidden(part, picture(part.media?.url ?? "", part.description));
    case 12:
      return h("div", { class: "gallery" }, (part.items ?? []).map((item) => hidden(item, picture(item.media?.url ?? "", item.description))));
    case 13:
      return hidden(part, scene.attachment(String(part.file?.url ?? "").replace("attachment://", "").split("/").pop()));
    case 14:
      return h("hr", { class: `separator${part.divider === false ? " bare" : ""}${part.spacing === 2 ? " wide" : ""}` });
    case 17: {
      const color = part.accent_color === undefined || part.accent_color === null ? null : `#${part.accent_color.toString(16).padStart(6, "0")}`;
      return hidden(part, h("div", { class: "container", style: color ? { "--bar": color } : {} }, components(part.components, scene)));
    }
    default:
      return h("div", { class: "unknown-part" }, `This page cannot draw component type ${part.type} yet.`);
  }
}

function button(part, scene) {
  const label = [part.emoji?.name ? h("span", { class: "emoji", "aria-hidden": "true" }, part.emoji.name) : null, part.label ?? ""];
  if (part.style === 5) {
    if (part.disabled) return h("button", { type: "button", class: "button link", disabled: true }, label);
    return outwardLink(part.url, [label, h("span", { class: "away", "aria-label": "opens elsewhere" }, " ↗")], { class: "button link" });
  }
  const press = async (event) => {
    const element = event.currentTarget;
    if (element.classList.contains("busy")) return;
    element.classList.add("busy");
    await scene.press(part);
    element.classList.remove("busy");
  };
  return h("button", { type: "button", class: `button ${STYLES[part.style] ?? "secondary"}`, disabled: part.disabled, data: { customId: part.custom_id ?? "" }, on: { click: press } }, label);
}

/** Cover a component that is marked as a spoiler until somebody wants to see it. */
function hidden(part, element) {
  if (!part.spoiler) return element;
  const cover = h("button", { type: "button", class: "cover", on: { click: () => cover.replaceWith(element) } }, "Spoiler");
  return cover;
}

/** The small picture beside a name. */
export function face(author) {
  return avatar(author.name, author.id, author.bot ? "avatar bot" : "avatar");
}
