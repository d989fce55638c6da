// Slash commands as a person types them: from Discord's tree to a flat list, search, reading and checking values.
// Pure: it uses neither the page nor the network.

export const OPTION = {
  SUBCOMMAND: 1, GROUP: 2, STRING: 3, INTEGER: 4, BOOLEAN: 5, USER: 6, CHANNEL: 7, ROLE: 8, MENTIONABLE: 9, NUMBER: 10,
  ATTACHMENT: 11,
};
const PICKED = new Set([OPTION.USER, OPTION.CHANNEL, OPTION.ROLE, OPTION.MENTIONABLE]);

/**
 * Every command that can be run: `{path, words, key, description, options}`, in alphabetical order. `path` and `words`
 * are in the person's language, `key` is what the bot calls it.
 */
export function flatten(commands) {
  const found = [];
  const walk = (node, words, keys) => {
    const children = (node.options ?? []).filter((option) => option.type === OPTION.SUBCOMMAND || option.type === OPTION.GROUP);
    if (children.length > 0) for (const child of children) walk(child, [...words, child.name], [...keys, child.key]);
    else found.push({ path: words.join(" "), words, key: keys.join(" "), description: node.description ?? "", options: node.options ?? [] });
  };
  for (const command of commands) if ((command.type ?? 1) === 1) walk(command, [command.name], [command.key]);
  return found.sort((one, other) => one.path.localeCompare(other.path));
}

/** The commands that fit what was typed after the slash, best first. */
export function search(entries, typed) {
  const wanted = typed.trim().toLowerCase().replace(/\s+/g, " ");
  if (!wanted) return entries;
  const rank = (entry) => {
    if (entry.path.startsWith(wanted)) return 0;
    if (entry.words.some((word) => word.startsWith(wanted))) return 1;
    if (entry.path.includes(wanted)) return 2;
    if (wanted.split(" ").every((part) => entry.words.some((word) => word.startsWith(part)))) return 3;
    return entry.description.toLowerCase().includes(wanted) ? 4 : 9;
  };
  return entries
    .map((entry, index) => [rank(entry), index, entry])
    .filter(([score]) => score < 9)
    .sort((one, other) => one[0] - other[0] || one[1] - other[1])
    .map(([, , entry]) => entry);
}

/**
 * Read a whole line such as `/settings set key:quiet value:on`. Returns `{entry, values}` when it begins with the
 * full name of a command followed by a space, else null. A value runs until the next `name:` of the same command.
 */
export function readLine(entries, line) {
  if (!line.startsWith("/")) return null;
  const typed = line.slice(1);
  const [entry, name] = entries
    .flatMap((candidate) => [[candidate, candidate.path], [candidate, candidate.key]])
    .filter(([, called]) => typed.startsWith(`${called} `))
    .sort(([, one], [, other]) => other.length - one.length)[0] ?? [];
  if (!entry) return null;
  const rest = typed.slice(name.length + 1);
  const values = {};
  const marks = [...rest.matchAll(/(?:^|\s)([\p{L}\p{N}_-]{1,32}):\s?/gu)].filter(([, name]) => entry.options.some((option) => option.name === name));
  for (const [index, mark] of marks.entries()) {
    const end = marks[index + 1]?.index ?? rest.length;
    values[mark[1]] = { text: rest.slice(mark.index + mark[0].length, end).trim() };
  }
  if (marks.length === 0 && rest.trim() && entry.options.length > 0) values[entry.options[0].name] = { text: rest.trim() };
  return { entry, values };
}

/** What an option accepts, in words, for the line under its name. */
export function expects(option) {
  const from = option.min_value;
  const to = option.max_value;
  if (option.choices?.length) return "one of the choices";
  switch (option.type) {
    case OPTION.INTEGER:
      return `a whole number${range(from, to)}`;
    case OPTION.NUMBER:
      return `a number${range(from, to)}`;
    case OPTION.BOOLEAN:
      return "True or False";
    case OPTION.USER:
      return "a member";
    case OPTION.CHANNEL:
      return "a channel";
    case OPTION.ROLE:
      return "a role";
    case OPTION.MENTIONABLE:
      return "a member or a role";
    case OPTION.ATTACHMENT:
      return "a file";
    default:
      return `text${lengths(option.min_length, option.max_length)}`;
  }
}

function range(from, to) {
  if (from !== undefined && to !== undefined) return ` from ${from} to ${to}`;
  if (from !== undefined) return ` of at least ${from}`;
  return to === undefined ? "" : ` of at most ${to}`;
}

function lengths(min, max) {
  if (min && max) return `, ${min} to ${max} characters`;
  if (max) return `, at most ${max} characters`;
  return min ? `, at least ${min} characters` : "";
}

/**
 * Turn the contents of a field into the value to send: `{value}`, `{error}`, or `{}` for an optional field left empty.
 *
 * `field` is `{text, picked, file}`; `lookup(option, text)` finds the id of a channel, member or role by its name.
 */
export function resolve(option, field, lookup) {
  const text = (field.text ?? "").trim();
  if (option.type === OPTION.ATTACHMENT) {
    if (field.file) return { value: field.file };
    return option.required ? { error: "Choose a file." } : {};
  }
  if (field.picked !== undefined && field.picked !== null) return { value: field.picked };
  if (text === "") return option.required ? { error: `${isChosen(option) ? "Choose" : "Enter"} ${expects(option)}.` } : {};
  if (option.choices?.length) return fromChoices(option, text);
  if (PICKED.has(option.type)) {
    const id = lookup(option, text);
    return id === null ? { error: `“${text}” is not ${expects(option)} you can see here. Choose from the list.` } : { value: id };
  }
  if (option.type === OPTION.BOOLEAN) return fromBoolean(text);
  if (option.type === OPTION.INTEGER || option.type === OPTION.NUMBER) return fromNumber(option, text);
  return fromText(option, text);
}

function isChosen(option) {
  return Boolean(option.choices?.length) || PICKED.has(option.type) || option.type === OPTION.BOOLEAN;
}

function fromChoices(option, text) {
  const wanted = text.toLowerCase();
  const choice = option.choices.find(({ name, value }) => name.toLowerCase() === wanted || String(value).toLowerCase() === wanted);
  return choice ? { value: choice.value } : { error: `“${text}” is not one of the choices.` };
}

function fromBoolean(text) {
  if (/^(true|yes|on)$/i.test(text)) return { value: true };
  if (/^(false|no|off)$/i.test(text)) return { value: false };
  return { error: "Choose True or False." };
}

function fromNumber(option, text) {
  const whole = option.type === OPTION.INTEGER;
  const number = Number(text);
  const fits = (whole ? /^[+-]?\d{1,16}$/ : /^[+-]?(\d+\.?\d*|\.\d+)$/).test(text) && Number.isFinite(number);
  const inRange = number >= (option.min_value ?? -Infinity) && number <= (option.max_value ?? Infinity);
  return fits && inRange ? { value: number } : { error: `Enter ${expects(option)}.` };
}

function fromText(option, text) {
  const length = [...text].length;
  if (length < (option.min_length ?? 0) || length > (option.max_length ?? 6000)) return { error: `Enter ${expects(option)}; this has ${length}.` };
  return { value: text };
}
