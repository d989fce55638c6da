// The messages of the current channel.

import { fill, h } from "./dom.js";
import { continues, messageElement } from "./message.js";

const NEAR_THE_END = 120;

export class Feed {
  constructor(store, act) {
    this.store = store;
    this.act = act;
    this.list = document.getElementById("messages");
    this.scroller = document.getElementById("feed");
    this.typing = document.getElementById("typing");
    store.on("messages", () => this.draw());
    store.on("arrived", () => this.draw({ keep: true }));
    store.on("edited", (message) => this.redraw(message));
    store.on("gone", () => this.draw({ keep: true }));
    store.on("view", () => this.draw({ keep: true }));
    store.on("typing", () => this.drawTyping());
    this.list.addEventListener("click", (event) => this.follow(event));
  }

  get atEnd() {
    return this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight < NEAR_THE_END;
  }

  /** Draw everything; with `keep` somebody who scrolled up stays where they are. */
  draw({ keep = false } = {}) {
    const stay = keep && !this.atEnd;
    const messages = this.store.shown;
    const { naming } = this;
    // Elements that have not changed are kept, with their open menus and revealed spoilers.
    const kept = new Map(keep ? [...this.list.children].map((element) => [element.source, element]) : []);
    const elements = messages.map((message, index) => {
      const grouped = continues(messages[index - 1], message);
      const old = kept.get(message);
      return old && old.grouped === grouped && old.naming === naming ? old : this.element(message, grouped, naming);
    });
    const channel = this.store.channel;
    const start = channel ? [h("li", { class: "beginning" }, channel.type === 1 ? `This is the beginning of your direct messages with ${channel.name}.` : `This is the beginning of #${channel.name}.`)] : [];
    this.list.replaceChildren(...start, ...elements);
    if (!stay) this.toEnd();
  }

  /** All names and colours, and the language of dates; while they stay the same, elements drawn before are still right. */
  get naming() {
    const { guild } = this.store;
    const people = guild?.members.map(({ id, name, color }) => [id, name, color]);
    return JSON.stringify([people, guild?.roles, guild?.channels.map(({ id, name, type }) => [id, name, type]), this.store.me.id, this.store.me.locale]);
  }

  element(message, grouped, naming) {
    const element = messageElement(message, { names: this.store.names, guild: this.store.guild, act: this.act, grouped });
    Object.assign(element, { source: message, grouped, naming });
    return element;
  }

  redraw(message) {
    const old = [...this.list.children].find((element) => element.dataset.id === message.id);
    if (!old) return this.draw({ keep: true });
    const follow = this.atEnd;
    const hadFocus = old.contains(document.activeElement) ? document.activeElement.dataset.customId : undefined;
    const fresh = this.element(message, old.grouped, this.naming);
    old.replaceWith(fresh);
    if (hadFocus !== undefined) {
      const same = [...fresh.querySelectorAll("button[data-custom-id]")].find((button) => button.dataset.customId === hadFocus && !button.disabled);
      (same ?? fresh).focus();
    }
    if (follow) this.toEnd();
    return undefined;
  }

  drawTyping() {
    const names = [...this.store.typing].map((id) => this.store.names.user(id)?.name).filter(Boolean);
    fill(this.typing, names.length > 0 ? `${names.join(", ")} ${names.length > 1 ? "are" : "is"} typing…` : "");
  }

  toEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  follow(event) {
    const mention = event.target.closest("[data-channel],[data-user],[data-command]");
    if (!mention || !this.list.contains(mention)) return;
    const { channel, user, command } = mention.dataset;
    if (channel) this.act.go(channel);
    else if (user) this.act.person(user, mention);
    else if (command) this.act.type(`/${command} `);
  }
}
