// The message box: plain messages, and slash commands after a "/".

import { readLine, search } from "./command.js";
import { CommandLine } from "./commandline.js";
import { h } from "./dom.js";
import { Palette } from "./palette.js";

const MAX_COMMANDS = 60;
const MAX_HEIGHT = 200;

export class Composer {
  #last = null;

  /** `act` is `{say(text), slash(entry, values), autocomplete(request)}`. */
  constructor(store, act) {
    this.store = store;
    this.act = act;
    this.entry = document.getElementById("entry");
    this.form = document.getElementById("composer");
    this.note = document.getElementById("composer-note");
    this.palette = new Palette({ input: this.entry, label: "Suggestions", className: "composer-palette" });
    this.line = new CommandLine({
      palette: this.palette,
      place: () => this.#place(),
      ask: (request) => act.autocomplete(request),
      leave: (text) => this.#toText(text),
      send: (entry, values, typed) => this.#sendCommand(entry, values, typed),
    });
    this.form.prepend(this.palette.element, this.line.element);
    this.palette.serve(this.entry);
    this.entry.addEventListener("input", () => this.#typed());
    this.entry.addEventListener("focus", () => this.#typed());
    this.entry.addEventListener("blur", () => this.palette.hide());
    this.entry.addEventListener("keydown", (event) => this.#key(event));
    // After a click beside the fields of a command, the list must come back.
    this.form.addEventListener("focusout", (event) => {
      if (!this.form.contains(event.relatedTarget)) this.palette.hide();
    });
    this.form.addEventListener("submit", (event) => event.preventDefault());
    store.on("place", () => this.#moved());
    store.on("view", () => this.#refresh());
    store.on("commands", () => this.#refresh());
    store.on("bot", () => this.#refresh());
  }

  /** Put text into the box, with the cursor at its end. */
  type(text) {
    this.#toText(text);
    this.#typed();
  }

  focus() {
    if (!this.line.isOpen) this.entry.focus();
  }

  #place() {
    const { guild, channel, me } = this.store;
    const people = channel?.type === 1 ? this.store.people.filter((person) => person.id === me.id || person.bot) : null;
    return { guild, dmWith: people };
  }

  #moved() {
    if (this.line.isOpen) this.#toText("", { focus: false });
    this.entry.value = "";
    this.#grow();
    this.#refresh();
  }

  #refresh() {
    const { channel, bot } = this.store;
    const mute = channel === null || !channel.can_write;
    this.entry.disabled = channel === null || (mute && !channel.can_command);
    const target = channel === null ? "" : channel.type === 1 ? `@${channel.name}` : `#${channel.name}`;
    this.entry.placeholder = mute ? `You cannot write here${channel?.can_command ? " — type / for commands" : "."}` : `Message ${target} — type / for commands`;
    this.note.textContent = bot.online ? "" : "The bot is offline: commands will not be answered.";
    if (document.activeElement === this.entry && this.entry.value.startsWith("/")) this.#typed();
  }

  #grow() {
    this.entry.style.height = "auto";
    // `scrollHeight` leaves out the border.
    const wanted = this.entry.scrollHeight + 2;
    this.entry.style.height = `${Math.min(wanted, MAX_HEIGHT)}px`;
    this.entry.style.overflowY = wanted > MAX_HEIGHT ? "auto" : "hidden";
  }

  #typed() {
    this.#grow();
    const { value } = this.entry;
    const { chat } = this.store.commands;
    if (!value.startsWith("/") || value.includes("\n")) {
      this.palette.hide();
      return;
    }
    const read = readLine(chat, value);
    if (read) {
      this.#toCommand(read.entry, read.values);
      return;
    }
    const found = search(chat, value.slice(1));
    this.palette.onPick = (item) => this.#toCommand(item.entry);
    this.palette.show(
      found.slice(0, MAX_COMMANDS).map((entry) => ({ entry, title: `/${entry.path}`, detail: entry.description, hint: entry.options.filter((option) => option.required).map((option) => option.name).join(" ") })),
      {
        head: found.length > 0 ? h("span", {}, "Commands ", h("em", {}, "↑ ↓ to move, Enter or Tab to choose")) : null,
        note: chat.length > 0 ? `No command matches “${value}”.` : "The bot has no commands for you here.",
      },
    );
  }

  #toCommand(entry, values) {
    this.entry.hidden = true;
    this.entry.value = "";
    this.line.open(entry, values);
  }

  #toText(text, { focus = true } = {}) {
    this.line.close();
    this.entry.hidden = false;
    this.entry.value = text;
    this.palette.serve(this.entry);
    if (focus) this.entry.focus();
    this.#grow();
  }

  #key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && this.palette.active) this.palette.move(step);
    else if ((event.key === "Enter" || event.key === "Tab") && this.palette.active) this.palette.onPick(this.palette.active);
    else if (event.key === "Escape" && this.palette.isOpen) this.palette.hide();
    else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) this.#say();
    else if (event.key === "ArrowUp" && this.entry.value === "" && this.#last) this.#again();
    else return;
    event.preventDefault();
  }

  async #say() {
    const text = this.entry.value;
    if (!text.trim()) return;
    if (text.startsWith("/") && this.palette.isOpen) return;
    this.entry.value = "";
    this.#grow();
    this.#last = { text };
    // A message that could not be sent comes back, unless something else was typed meanwhile.
    if (!(await this.act.say(text)) && this.entry.value === "") {
      this.entry.value = text;
      this.#grow();
    }
  }

  #sendCommand(entry, values, typed) {
    this.#last = { entry, typed };
    this.#toText("");
    this.act.slash(entry, values);
  }

  #again() {
    const { text, entry, typed } = this.#last;
    if (entry) this.#toCommand(this.store.commands.chat.find((candidate) => candidate.key === entry.key) ?? entry, typed);
    else this.#toText(text);
  }
}
