// What to offer for one option of a command: choices, the world's channels, roles and members, or the bot's own
// autocomplete, asked while typing.

import { OPTION } from "./command.js";
import { channelSign } from "./select.js";

const TYPING_PAUSE_MS = 150;
const MAX_SUGGESTIONS = 25;

const fits = (wanted) => (item) => item.title.toLowerCase().includes(wanted) || String(item.detail ?? "").toLowerCase().includes(wanted);

/** What the page itself can offer, or null when the option is free text, a number or a file. */
export function local(option, text, { guild, dmWith }) {
  const wanted = text.trim().toLowerCase().replace(/^[#@]/, "");
  const all = everything(option, guild, dmWith);
  return all === null ? null : all.filter(fits(wanted)).slice(0, MAX_SUGGESTIONS);
}

function everything(option, guild, dmWith) {
  if (option.choices?.length) return option.choices.map((choice) => ({ title: choice.name, value: choice.value }));
  const members = () => (guild?.members ?? dmWith ?? []).map((member) => ({ title: member.name, detail: `@${member.username}`, value: member.id, icon: "@" }));
  const roles = () => (guild?.roles ?? []).map((role) => ({ title: role.name, value: role.id, icon: "@", color: role.color }));
  switch (option.type) {
    case OPTION.BOOLEAN:
      return [
        { title: "True", value: true },
        { title: "False", value: false },
      ];
    case OPTION.USER:
      return members();
    case OPTION.ROLE:
      return roles();
    case OPTION.MENTIONABLE:
      return [...members(), ...roles()];
    case OPTION.CHANNEL:
      return (guild?.channels ?? [])
        .filter((channel) => !option.channel_types?.length || option.channel_types.includes(channel.type))
        .map((channel) => ({ title: channel.name, detail: channel.category ?? "", value: channel.id, icon: channelSign(channel.type) }));
    default:
      return null;
  }
}

/** Find the id of what was typed instead of picked: an exact name, a mention, or an id. */
export function lookup(option, text, place) {
  const all = everything(option, place.guild, place.dmWith) ?? [];
  const name = text.replace(/^[#@]/, "").toLowerCase();
  const id = /^(?:<[#@][!&]?)?(\d{15,21})>?$/.exec(text)?.[1];
  // Discord accepts the id of somebody who is not in the list, e.g. who has left.
  if (id !== undefined && (option.type === OPTION.USER || all.some((item) => item.value === id))) return id;
  const named = all.filter((item) => item.title.toLowerCase() === name || item.detail?.toLowerCase() === `@${name}`);
  return named.length === 1 ? named[0].value : null;
}

/** Asks the bot for choices when typing pauses, and drops answers that come too late. */
export class Autocomplete {
  #timer = null;
  #turn = 0;

  constructor(ask) {
    this.ask = ask;
  }

  /** `show({items} | {problem} | {waiting})` is called right away and again with the answer. */
  query(request, show) {
    clearTimeout(this.#timer);
    this.#turn += 1;
    const turn = this.#turn;
    show({ waiting: true });
    this.#timer = setTimeout(async () => {
      let result;
      try {
        const choices = await this.ask(request);
        result = { items: choices.map((choice) => ({ title: choice.name, value: choice.value })) };
      } catch (error) {
        result = { problem: error.message };
      }
      if (turn === this.#turn) show(result);
    }, TYPING_PAUSE_MS);
  }

  forget() {
    clearTimeout(this.#timer);
    this.#turn += 1;
  }
}
