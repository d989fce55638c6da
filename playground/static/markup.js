// Discord's Markdown, tree → elements, with ids resolved to the names the chosen person knows.

import { add, h, outwardLink, tinted } from "./dom.js";
import { parse, parseInline } from "./markdown.js";
import { moment } from "./moments.js";

const TAGS = { strong: "strong", em: "em", underline: "u", strike: "s" };
const PLACES = { customize: "Channels & Roles", browse: "Browse Channels", guide: "Server Guide", "linked-roles": "Linked Roles" };

/**
 * Render a text into a list of nodes. `names` answers `user(id)`, `role(id)`, `channel(id)`, each with an object
 * that has a `name`, or null for what this person cannot see; `inline` leaves blocks alone.
 */
export function markup(text, names, { inline = false } = {}) {
  return render(inline ? parseInline(String(text)) : parse(text), names);
}

function render(nodes, names) {
  return nodes.map((node) => one(node, names));
}

function one(node, names) {
  switch (node.type) {
    case "text":
      return document.createTextNode(node.text);
    case "paragraph":
      return h("p", {}, render(node.children, names));
    case "heading":
      return h(`h${node.level + 2}`, { class: `md-h${node.level}` }, render(node.children, names));
    case "subtext":
      return h("small", { class: "md-subtext" }, render(node.children, names));
    case "quote":
      return h("blockquote", {}, render(node.children, names));
    case "codeblock":
      return h("pre", { tabIndex: 0, "aria-label": node.language || "code" }, h("code", {}, node.text));
    case "list":
      return h(node.ordered ? "ol" : "ul", node.ordered ? { start: node.start } : {}, node.items.map((item) => h("li", {}, render(item, names))));
    case "code":
      return h("code", {}, node.text);
    case "link":
      return outwardLink(node.href, render(node.children, names));
    case "spoiler":
      return spoiler(render(node.children, names));
    case "time":
      return time(node);
    case "user":
      return mention("@", names.user(node.id), "unknown-user", { data: { user: node.id } });
    case "role":
      return mention("@", names.role(node.id), "unknown-role");
    case "channel":
      return mention("#", names.channel(node.id), "No Access", { data: { channel: node.id } });
    case "ping":
      return h("span", { class: "mention" }, node.text);
    case "command":
      return h("button", { class: "mention", type: "button", data: { command: node.text } }, `/${node.text}`);
    case "emoji":
      return h("span", { class: "emoji" }, `:${node.text}:`);
    case "place":
      return h("span", { class: "mention" }, PLACES[node.text]);
    default:
      return add(h(TAGS[node.type] ?? "span"), render(node.children, names));
  }
}

function mention(sign, target, unknown, extra = {}) {
  if (target === null) return h("span", { class: "mention unknown" }, `${sign}${unknown}`);
  return h("span", { ...tinted("mention", target.color), ...extra }, `${sign}${target.name}`);
}

function spoiler(children) {
  const cover = h("span", { class: "spoiler", role: "button", tabIndex: 0, "aria-label": "Spoiler, press to reveal" });
  const reveal = (event) => {
    if (event.type === "keydown" && event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    cover.classList.add("revealed");
    cover.removeAttribute("aria-label");
  };
  cover.addEventListener("click", reveal, { once: true });
  cover.addEventListener("keydown", reveal);
  return add(cover, h("span", {}, children));
}

function time(node) {
  const date = new Date(node.seconds * 1000);
  const valid = !Number.isNaN(date.getTime());
  return h(
    "time",
    {
      class: "md-time",
      datetime: valid ? date.toISOString() : null,
      title: valid ? moment(node.seconds, "F") : null,
      data: node.style === "R" ? { relative: String(node.seconds) } : {},
    },
    moment(node.seconds, node.style),
  );
}
