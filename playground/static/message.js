// One message in the feed.

import { h, tinted } from "./dom.js";
import { components, face } from "./components.js";
import { attachment, drawn as picture, embed, fileName, isPicture } from "./embed.js";
import { markup } from "./markup.js";
import { moment, stamp } from "./moments.js";

const GROUP_WITHIN_MS = 5 * 60 * 1000;
const SYSTEM = {
  6: "pinned a message to this channel.",
  7: "joined the server.",
  18: "started a thread:",
};

/** Whether a message belongs under the author line of the one before it. */
export function continues(previous, message) {
  return Boolean(
    previous &&
      previous.author.id === message.author.id &&
      !message.reply &&
      !message.interaction &&
      !SYSTEM[message.type] &&
      !SYSTEM[previous.type] &&
      previous.private === message.private &&
      new Date(message.at) - new Date(previous.at) < GROUP_WITHIN_MS,
  );
}

/**
 * Build the element of a message. `act` is what one can do with it:
 * `press(message, part)`, `choose(message, part, values)`, `dismiss(message)`, `menu(message, anchor)`,
 * `person(id, anchor)`, `read(message, attachmentId)`.
 */
export function messageElement(message, { names, guild, act, grouped }) {
  const classes = ["message", grouped && "grouped", message.private && "private", message.pings_me && "pings"].filter(Boolean);
  const element = h("li", { class: classes.join(" "), data: { id: message.id }, tabIndex: -1 });
  if (SYSTEM[message.type]) {
    element.append(h("p", { class: "system-line" }, h("strong", {}, message.author.name), ` ${SYSTEM[message.type]} ${message.text}`, " ", when(message)));
    return element;
  }
  const above = reference(message, names);
  if (above) element.append(above);
  element.append(
    h(
      "div",
      { class: "message-row" },
      grouped ? h("time", { class: "side-time", datetime: message.at }, stamp(message.at)) : face(message.author),
      h("div", { class: "message-body" }, grouped ? null : authorLine(message, act), content(message, names), parts(message, { names, guild, act }), message.private ? privateLine(message, act) : null),
    ),
    h("button", { type: "button", class: "more", "aria-label": "More", "aria-haspopup": "menu", on: { click: (event) => act.menu(message, event.currentTarget) } }, "⋯"),
  );
  return element;
}

function when(message) {
  return h("time", { class: "at", datetime: message.at, title: moment(new Date(message.at).getTime() / 1000, "F") }, stamp(message.at));
}

function authorLine(message, act) {
  const { author } = message;
  return h(
    "div",
    { class: "author-line" },
    h("button", { type: "button", ...tinted("author", author.color), on: { click: (event) => act.person(author.id, event.currentTarget) } }, author.name),
    author.bot ? h("span", { class: "tag" }, "APP") : null,
    when(message),
  );
}

/** The line above: what this answers, a message or a command. */
function reference(message, names) {
  if (message.interaction) {
    return h("div", { class: "reference" }, h("span", { class: "reference-who" }, message.interaction.user), " used ", h("span", { class: "mention" }, message.interaction.name));
  }
  if (!message.reply) return null;
  const jump = () => {
    const target = document.querySelector(`.message[data-id="${CSS.escape(message.reply.id)}"]`);
    target?.scrollIntoView({ block: "center" });
    target?.classList.add("flash");
    setTimeout(() => target?.classList.remove("flash"), 1500);
  };
  if (message.reply.deleted) return h("div", { class: "reference" }, h("em", {}, "Original message was deleted"));
  return h(
    "button",
    { type: "button", class: "reference", on: { click: jump } },
    h("span", { class: "reference-who" }, message.reply.author),
    h("span", { class: "reference-text" }, message.reply.text ? markup(message.reply.text.split("\n")[0], names, { inline: true }) : h("em", {}, "Click to see")),
  );
}

function content(message, names) {
  if (message.loading) {
    return h("p", { class: "thinking", role: "status" }, h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")), `${message.author.name} is thinking…`);
  }
  const edited = message.edited ? h("small", { class: "edited", title: moment(new Date(message.edited).getTime() / 1000, "F") }, "(edited)") : null;
  if (!message.text) return message.edited && !message.v2 ? h("div", { class: "markup" }, edited) : null;
  const text = h("div", { class: "markup" }, markup(message.text, names));
  if (edited) (text.lastElementChild?.tagName === "P" ? text.lastElementChild : text).append(" ", edited);
  return text;
}

function parts(message, { names, guild, act }) {
  const read = (id) => act.read(message, id);
  // A file component, or an embed, shows its file itself; the list below shows the rest.
  const placed = new Set();
  const own = (address) => {
    const file = message.attachments.find((candidate) => candidate.name === fileName(address) && isPicture(candidate));
    if (!file) return null;
    placed.add(file.id);
    return picture(file, read);
  };
  const scene = {
    names,
    guild,
    press: (part) => act.press(message, part),
    choose: (part, values) => act.choose(message, part, values),
    attachment: (name) => {
      const file = message.attachments.find((candidate) => candidate.name === name);
      if (!file) return h("div", { class: "unknown-part" }, name);
      placed.add(file.id);
      return attachment(file, read);
    },
  };
  const drawn = components(message.components, scene);
  return [
    message.embeds.map((item) => embed(item, names, own)),
    message.attachments.filter((file) => !placed.has(file.id)).map((file) => attachment(file, read)),
    drawn.length > 0 ? h("div", { class: message.v2 ? "components v2" : "components" }, drawn) : null,
  ];
}

function privateLine(message, act) {
  return h(
    "div",
    { class: "private-line" },
    h("span", { "aria-hidden": "true" }, "👁 "),
    "Only you can see this • ",
    h("button", { type: "button", class: "plain link-like", on: { click: () => act.dismiss(message) } }, "Dismiss message"),
  );
}
