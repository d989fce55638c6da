// Embeds and attachments of a message.

import { avatar, bytes, fill, h, outwardLink, toast } from "./dom.js";
import { markup } from "./markup.js";
import { stamp } from "./moments.js";

const PREVIEW_LIMIT = 64 * 1024;
const PREVIEW_LINES = 12;
const PICTURE = /^image\/(png|jpeg|gif|webp)$/;
const READABLE = /^(text\/|application\/(json|xml|sql|x-yaml|x-sh|javascript|toml))/;

/**
 * One embed. Pictures from elsewhere are named, not fetched: the page loads nothing from there. `own(address)` draws one
 * that is a file of the same message; null if it is none.
 */
export function embed(data, names, own) {
  const color = data.color === undefined || data.color === null ? null : `#${data.color.toString(16).padStart(6, "0")}`;
  return h(
    "article",
    { class: "embed", style: color ? { "--bar": color } : {} },
    data.author?.name && h("div", { class: "embed-author" }, avatar(data.author.name, data.author.name, "avatar tiny"), outwardLink(data.author.url, data.author.name)),
    data.title && h("div", { class: "embed-title" }, outwardLink(data.url, markup(data.title, names, { inline: true }))),
    data.description && h("div", { class: "embed-text markup" }, markup(data.description, names)),
    data.fields?.length ? h("div", { class: "embed-fields" }, data.fields.map((field) => embedField(field, names))) : null,
    data.image?.url && (own(data.image.url) ?? picture(data.image.url)),
    data.thumbnail?.url && (own(data.thumbnail.url) ?? picture(data.thumbnail.url)),
    (data.footer?.text || data.timestamp) && h("div", { class: "embed-footer" }, [data.footer?.text, data.timestamp && stamp(data.timestamp)].filter(Boolean).join(" • ")),
  );
}

function embedField(field, names) {
  return h(
    "div",
    { class: field.inline ? "embed-field inline" : "embed-field" },
    h("div", { class: "embed-field-name" }, markup(field.name, names, { inline: true })),
    h("div", { class: "markup" }, markup(field.value, names)),
  );
}

/** A picture's place, as a link. */
export function picture(address, description = "") {
  return h("div", { class: "picture" }, "🖼 ", outwardLink(address, description || fileName(address)));
}

/** What a file at this address is called; also of `attachment://name`. */
export function fileName(address) {
  return String(address).split(/[?#]/)[0].split("/").filter(Boolean).pop() ?? "image";
}

export function isPicture(file) {
  return PICTURE.test(file.content_type ?? "");
}

/** A file of the message, drawn. `read` fetches its bytes. */
export function drawn(file, read) {
  const image = h("img", { class: "file-picture", alt: file.description || file.name });
  read(file.id)
    .then((content) => {
      image.src = URL.createObjectURL(new Blob([content], { type: file.content_type }));
      image.addEventListener("load", () => URL.revokeObjectURL(image.src), { once: true });
    })
    .catch(() => image.replaceWith(picture(file.name)));
  return image;
}

/** A file with a button to save it and, if it is text, a preview. `read` fetches its bytes. */
export function attachment(file, read) {
  const preview = h("div", { class: "file-preview", hidden: true });
  const readable = (READABLE.test(file.content_type) || /\.(sql|log|md|csv|ya?ml|txt|json|xml|html?|py|ini|toml|diff|patch)$/i.test(file.name)) && file.size <= PREVIEW_LIMIT;
  const save = async () => {
    try {
      const url = URL.createObjectURL(new Blob([await read(file.id)], { type: "application/octet-stream" }));
      h("a", { href: url, download: file.name }).click();
      setTimeout(() => URL.revokeObjectURL(url), 10_000);
    } catch (error) {
      toast(error.message, "error");
    }
  };
  if (isPicture(file)) {
    fill(preview, drawn(file, read));
    preview.hidden = false;
  }
  if (readable) read(file.id).then((content) => show(preview, content)).catch(() => preview.remove());
  return h(
    "div",
    { class: "file" },
    h(
      "div",
      { class: "file-head" },
      h("span", { class: "file-icon", "aria-hidden": "true" }, "📄"),
      h("span", { class: "file-name" }, file.name, file.description ? h("small", {}, file.description) : null),
      h("span", { class: "file-size" }, bytes(file.size)),
      h("button", { type: "button", class: "plain", "aria-label": `Download ${file.name}`, on: { click: save } }, "Download"),
    ),
    preview,
  );
}

function show(preview, content) {
  const text = new TextDecoder().decode(content);
  const lines = text.split("\n");
  const code = h("code", {}, lines.slice(0, PREVIEW_LINES).join("\n"));
  const more = lines.length > PREVIEW_LINES;
  const expand = more && h("button", { type: "button", class: "plain", on: { click: () => { code.textContent = text; expand.remove(); } } }, `Show all ${lines.length} lines`);
  fill(preview, h("pre", { tabIndex: 0 }, code), expand);
  preview.hidden = false;
}
