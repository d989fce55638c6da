// Discord's dialect of Markdown, text → tree. Pure: knows neither the page nor who is looking.
//
// A tree is a list of nodes `{type, ...}`; nodes with `children` hold more of them, the rest hold `text` or ids.

const MAX_DEPTH = 10;
const ESCAPABLE = /[\\*_~`|>#\-[\]()<:@.!+{}]/;
const TIMESTAMP = /<t:(-?\d{1,13})(?::([tTdDfFsSR]))?>/y;
const ANGLED = [
  ["user", /<@!?(\d{15,21})>/y],
  ["role", /<@&(\d{15,21})>/y],
  ["channel", /<#(\d{15,21})>/y],
];
const COMMAND = /<\/([^:<>\n]{1,100}):(\d{15,21})>/y;
const EMOJI = /<a?:(\w{2,32}):(\d{15,21})>/y;
const NAVIGATION = /<id:(customize|browse|guide|linked-roles)(?::\d+)?>/y;
const ANGLED_LINK = /<(https?:\/\/[^\s<>]+)>/y;
const MASKED_LINK = /\[((?:\\.|[^\]\\\n]){1,500})\]\(<?(https?:\/\/[^\s<>()]+(?:\([^\s<>()]*\)[^\s<>()]*)*)>?(?:\s+"[^"\n]*")?\)/y;
const BARE_LINK = /https?:\/\/[^\s<>]+/y;
const PING = /@(?:everyone|here)\b/y;

// Longer delimiters first: `***` would otherwise be read as `**` and a stray `*`.
const SPANS = [
  ["***", "strongem"],
  ["**", "strong"],
  ["__", "underline"],
  ["~~", "strike"],
  ["||", "spoiler"],
  ["*", "em"],
  ["_", "em"],
];

/** Parse a whole message. */
export function parse(source) {
  return parseBlocks(String(source).replace(/\r\n?/g, "\n"), 0, false);
}

/** Parse one line's worth: no headings, lists or quotes. Embed titles and field names are such lines. */
export function parseInline(source, depth = 0) {
  const nodes = [];
  let plain = "";
  const flush = () => {
    if (plain) nodes.push({ type: "text", text: plain });
    plain = "";
  };
  let at = 0;
  while (at < source.length) {
    const found = special(source, at, depth);
    if (found === null) {
      plain += source[at];
      at += 1;
    } else if (found.plain !== undefined) {
      plain += found.plain;
      at = found.end;
    } else {
      flush();
      nodes.push(found.node);
      at = found.end;
    }
  }
  flush();
  return nodes;
}

function match(pattern, source, at) {
  pattern.lastIndex = at;
  return pattern.exec(source);
}

/** What begins at this position, if anything does: `{node, end}`, `{plain, end}` or null. */
function special(source, at, depth) {
  const letter = source[at];
  if (letter === "\\") {
    const next = source[at + 1];
    return next !== undefined && ESCAPABLE.test(next) ? { plain: next, end: at + 2 } : null;
  }
  if (letter === "`") return inlineCode(source, at);
  if (letter === "<") return angled(source, at);
  if (letter === "[" && depth < MAX_DEPTH) {
    const link = match(MASKED_LINK, source, at);
    if (link === null) return null;
    const label = withoutLinks(parseInline(link[1], depth + 1));
    return { node: { type: "link", href: link[2], children: label }, end: at + link[0].length };
  }
  if (letter === "h") {
    if (/\w/.test(source[at - 1] ?? "")) return null;
    const link = match(BARE_LINK, source, at);
    if (link === null) return null;
    const href = trimLink(link[0]);
    return { node: { type: "link", href, children: [{ type: "text", text: href }] }, end: at + href.length };
  }
  if (letter === "@") {
    const ping = match(PING, source, at);
    return ping && { node: { type: "ping", text: ping[0] }, end: at + ping[0].length };
  }
  return depth < MAX_DEPTH ? span(source, at, depth) : null;
}

function inlineCode(source, at) {
  const fence = /`+/y;
  const opening = match(fence, source, at)[0];
  let close = source.indexOf(opening, at + opening.length);
  while (close !== -1 && (source[close + opening.length] === "`" || source[close - 1] === "`")) {
    close = source.indexOf(opening, close + 1);
  }
  if (close === -1) return { plain: opening, end: at + opening.length };
  let text = source.slice(at + opening.length, close);
  if (/^ .*\S.* $/s.test(text)) text = text.slice(1, -1);
  return { node: { type: "code", text }, end: close + opening.length };
}

function angled(source, at) {
  const time = match(TIMESTAMP, source, at);
  if (time) return { node: { type: "time", seconds: Number(time[1]), style: time[2] ?? "f" }, end: at + time[0].length };
  for (const [type, pattern] of ANGLED) {
    const mention = match(pattern, source, at);
    if (mention) return { node: { type, id: mention[1] }, end: at + mention[0].length };
  }
  const command = match(COMMAND, source, at);
  if (command) return { node: { type: "command", text: command[1], id: command[2] }, end: at + command[0].length };
  const emoji = match(EMOJI, source, at);
  if (emoji) return { node: { type: "emoji", text: emoji[1] }, end: at + emoji[0].length };
  const place = match(NAVIGATION, source, at);
  if (place) return { node: { type: "place", text: place[1] }, end: at + place[0].length };
  const link = match(ANGLED_LINK, source, at);
  if (link) {
    return { node: { type: "link", href: link[1], children: [{ type: "text", text: link[1] }] }, end: at + link[0].length };
  }
  return null;
}

/** A link's label may not hold another link. */
function withoutLinks(nodes) {
  return nodes.flatMap((node) => {
    if (node.type === "link") return node.children;
    return node.children ? [{ ...node, children: withoutLinks(node.children) }] : [node];
  });
}

/** Punctuation that ends a sentence is not part of the address before it; a bracket is, if it was opened there. */
function trimLink(address) {
  let text = address.replace(/[.,:;!?"'*_~|]+$/, "");
  while (text.endsWith(")") && text.split(")").length > text.split("(").length) text = text.slice(0, -1);
  return text;
}

function span(source, at, depth) {
  for (const [mark, type] of SPANS) {
    if (!source.startsWith(mark, at)) continue;
    const start = at + mark.length;
    // Words_like_this are not emphasis, and a star followed by a space is a star.
    if (mark === "_" && /\w/.test(source[at - 1] ?? "")) continue;
    if (mark === "*" && /\s/.test(source[start] ?? " ")) continue;
    const close = closing(source, start, mark);
    if (close === -1) continue;
    const inner = parseInline(source.slice(start, close), depth + 1);
    const end = close + mark.length;
    if (type === "strongem") return { node: { type: "strong", children: [{ type: "em", children: inner }] }, end };
    return { node: { type, children: inner }, end };
  }
  return null;
}

/** Where the matching mark stands, skipping escapes and code; -1 without one. */
function closing(source, start, mark) {
  let at = start;
  while (at < source.length) {
    if (source[at] === "\\") {
      at += 2;
    } else if (source[at] === "`") {
      at = inlineCode(source, at).end;
    } else if (source.startsWith(mark, at) && at > start) {
      const last = mark[mark.length - 1];
      const single = mark.length === 1;
      if (single && source[at + 1] === last) at += runLength(source, at, last);
      else if (mark === "_" && /\w/.test(source[at + 1] ?? "")) at += 1;
      else if (mark === "*" && /\s/.test(source[at - 1])) at += 1;
      // `**bold *both***`: the two outermost stars close the outer mark.
      else if (!single && source[at + mark.length] === last) at += 1;
      else return at;
    } else {
      at += 1;
    }
  }
  return -1;
}

function runLength(source, at, letter) {
  let end = at;
  while (source[end] === letter) end += 1;
  return end - at;
}

// --- blocks ---------------------------------------------------------------------------------------------------

const FENCE = /```(?:([\w+\-.#]+)\n)?\n?([\s\S]+?)\n?```/;
const HEADING = /^(#{1,3}) +(\S.*)$/;
const SUBTEXT = /^-# +(\S.*)$/;
const ITEM = /^( *)([-*]|\d{1,9}\.) +(.*)$/;

function parseBlocks(source, depth, quoted) {
  const blocks = [];
  let paragraph = [];
  const flush = () => {
    if (paragraph.length) blocks.push({ type: "paragraph", children: parseInline(paragraph.join("\n"), depth) });
    paragraph = [];
  };
  let rest = source;
  while (rest.length > 0) {
    const stop = rest.indexOf("\n");
    const line = stop === -1 ? rest : rest.slice(0, stop);
    const after = stop === -1 ? "" : rest.slice(stop + 1);
    let made;
    if (!quoted && (made = quote(rest, depth))) {
      flush();
    } else if (line.includes("```") && (made = fence(rest, line))) {
      if (made.before) paragraph.push(made.before);
      flush();
    } else if ((made = heading(line, after, depth))) {
      flush();
    } else if (depth < MAX_DEPTH && ITEM.test(line) && (made = list(rest, depth))) {
      flush();
    } else {
      paragraph.push(line);
      rest = after;
      continue;
    }
    blocks.push(made.block);
    rest = made.rest;
  }
  flush();
  return blocks;
}

function quote(source, depth) {
  if (source.startsWith(">>> ")) {
    return { block: { type: "quote", children: parseBlocks(source.slice(4), depth + 1, true) }, rest: "" };
  }
  const lines = source.split("\n");
  let count = 0;
  while (count < lines.length && (lines[count].startsWith("> ") || lines[count] === ">")) count += 1;
  if (count === 0) return null;
  const inner = lines.slice(0, count).map((line) => line.slice(2));
  return {
    block: { type: "quote", children: parseBlocks(inner.join("\n"), depth + 1, true) },
    rest: lines.slice(count).join("\n"),
  };
}

function fence(source, line) {
  const found = FENCE.exec(source);
  if (found === null || found.index > line.length) return null;
  const rest = source.slice(found.index + found[0].length).replace(/^\n/, "");
  return { before: source.slice(0, found.index), block: { type: "codeblock", language: found[1] ?? "", text: found[2] }, rest };
}

function heading(line, rest, depth) {
  const title = HEADING.exec(line);
  if (title) return { block: { type: "heading", level: title[1].length, children: parseInline(title[2], depth) }, rest };
  const small = SUBTEXT.exec(line);
  return small && { block: { type: "subtext", children: parseInline(small[1], depth) }, rest };
}

/** Lines of one list; deeper ones become lists inside their item. */
function list(source, depth) {
  const lines = source.split("\n");
  const first = ITEM.exec(lines[0]);
  const indent = first[1].length;
  const ordered = /\d/.test(first[2]);
  const block = { type: "list", ordered, start: ordered ? Number.parseInt(first[2], 10) : 1, items: [] };
  let at = 0;
  while (at < lines.length) {
    const item = ITEM.exec(lines[at]);
    if (item !== null && item[1].length === indent && /\d/.test(item[2]) === ordered) {
      block.items.push(parseInline(item[3], depth));
      at += 1;
    } else if (item !== null && item[1].length > indent && depth + 1 < MAX_DEPTH) {
      const inner = list(lines.slice(at).join("\n"), depth + 1);
      block.items[block.items.length - 1].push(inner.block);
      at = lines.length - (inner.rest === "" ? 0 : inner.rest.split("\n").length);
    } else {
      break;
    }
  }
  return { block, rest: lines.slice(at).join("\n") };
}
