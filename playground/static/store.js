// What the page knows: the world as the chosen person sees it, and where they are looking.

import { flatten } from "./command.js";

/** Discord's channel types that hold messages. */
export const WRITABLE = new Set([0, 1, 2, 5, 10, 11, 12]);
const REMEMBERED = "playground.place";

export class Store extends EventTarget {
  people = [];
  locales = {};
  me = null;
  guilds = [];
  elsewhere = [];
  dms = [];
  guildId = null;
  channelId = null;
  bot = { state: "starting", online: false, exit: null, log: [] };
  messages = new Map();
  typing = new Set();
  unread = new Map();
  commands = { chat: [], user: [], message: [] };

  tell(what, detail = null) {
    this.dispatchEvent(new CustomEvent(what, { detail }));
  }

  on(what, handler) {
    this.addEventListener(what, (event) => handler(event.detail));
  }

  get guild() {
    return this.guilds.find((guild) => guild.id === this.guildId) ?? null;
  }

  /** Oneself as a member of the server being looked at, or null. */
  get myself() {
    return this.guild?.members.find((member) => member.id === this.me.id) ?? null;
  }

  /** The channel being looked at, or null. */
  get channel() {
    return this.findChannel(this.channelId);
  }

  findChannel(id) {
    for (const guild of this.guilds) {
      const found = guild.channels.find((channel) => channel.id === id);
      if (found) return found;
    }
    return this.dms.find((channel) => channel.id === id) ?? null;
  }

  guildOf(channelId) {
    return this.guilds.find((guild) => guild.channels.some((channel) => channel.id === channelId)) ?? null;
  }

  /** Take over what the server says the person sees; stay in the channel if it is still there. */
  see(view) {
    const changedPerson = this.me !== null && this.me.id !== view.me.id;
    Object.assign(this, { me: view.me, people: view.people, guilds: view.guilds, elsewhere: view.elsewhere, dms: view.dms });
    if (changedPerson) {
      this.unread.clear();
      this.typing.clear();
    }
    const previous = this.channelId;
    if (this.channel === null || !WRITABLE.has(this.channel.type)) this.#settle();
    else this.guildId = this.guildOf(this.channelId)?.id ?? null;
    this.tell("view");
    if (changedPerson || previous !== this.channelId) this.tell("place");
  }

  /** Look at a channel. */
  go(channelId) {
    this.channelId = channelId;
    this.guildId = this.guildOf(channelId)?.id ?? null;
    this.unread.delete(channelId);
    try {
      localStorage.setItem(REMEMBERED, JSON.stringify({ person: this.me.id, channel: channelId }));
    } catch {
      // Without storage the browser forgets the place; nothing else depends on it.
    }
    this.tell("place");
  }

  /** The person and channel of the last visit with this browser: `{person, channel}`, possibly of another world. */
  remembered() {
    try {
      return JSON.parse(localStorage.getItem(REMEMBERED)) ?? {};
    } catch {
      return {};
    }
  }

  #settle() {
    const guild = this.guild ?? this.guilds[0];
    const channel = (guild && this.firstChannel(guild.channels)) ?? this.dms[0] ?? null;
    this.channelId = channel?.id ?? null;
    this.guildId = channel ? (this.guildOf(channel.id)?.id ?? null) : null;
  }

  /** The channel to begin in: the first one to write in, or to read. */
  firstChannel(channels) {
    const usable = channels.filter((channel) => WRITABLE.has(channel.type));
    return usable.find((channel) => channel.can_write) ?? usable[0];
  }

  /** All messages of the channel being looked at, oldest first. */
  get shown() {
    return [...this.messages.values()];
  }

  replaceMessages(messages) {
    this.messages = new Map(messages.map((message) => [message.id, message]));
    this.tell("messages");
  }

  put(message) {
    if (message.channel !== this.channelId) {
      if (message.author.id !== this.me.id) {
        this.unread.set(message.channel, (this.unread.get(message.channel) ?? 0) + 1);
        this.tell("unread");
      }
      return;
    }
    const known = this.messages.has(message.id);
    this.messages.set(message.id, message);
    this.tell(known ? "edited" : "arrived", message);
  }

  drop({ id, channel }) {
    if (channel === this.channelId && this.messages.delete(id)) this.tell("gone", id);
  }

  setCommands(commands) {
    this.commands = {
      chat: flatten(commands),
      user: commands.filter((command) => command.type === 2),
      message: commands.filter((command) => command.type === 3),
    };
    this.tell("commands");
  }

  /** What ids in mentions stand for; null for what this person cannot see. */
  get names() {
    const guild = this.guild;
    const person = (id) => this.people.find((candidate) => candidate.id === id);
    return {
      user: (id) => guild?.members.find((member) => member.id === id) ?? person(id) ?? null,
      role: (id) => guild?.roles.find((role) => role.id === id) ?? null,
      channel: (id) => this.findChannel(id),
    };
  }
}
