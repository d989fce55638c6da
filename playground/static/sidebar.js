// Around the messages: servers, channels, the person one is, and the members.

import { avatar, fill, h, tinted } from "./dom.js";
import { channelSign } from "./select.js";
import { WRITABLE } from "./store.js";

const CATEGORY = 4;

export class Sidebar {
  /**
   * `act` is `{go(channel), enterGuild(id), become(person), setLocale(locale), person(id, anchor), joinMenu(anchor),
   * guildMenu(anchor), passScreening()}`.
   */
  constructor(store, act) {
    this.store = store;
    this.act = act;
    this.drawn = new Map();
    this.rail = document.getElementById("rail");
    this.title = document.getElementById("guild-name");
    this.channels = document.getElementById("channels");
    this.identity = document.getElementById("identity");
    this.screening = document.getElementById("screening");
    this.members = document.getElementById("members");
    this.name = document.getElementById("channel-name");
    this.topic = document.getElementById("channel-topic");
    for (const what of ["view", "place", "unread", "bot"]) store.on(what, () => this.draw());
    this.#switches();
  }

  draw() {
    if (this.store.me === null) return;
    const { guild, guilds, elsewhere, dms, guildId, channelId, me, myself, people, channel } = this.store;
    const unread = [...this.store.unread];
    this.#renew(this.rail, [guilds, elsewhere, dms, guildId, unread], () => this.#drawRail());
    this.#renew(this.title, [guild?.id, guild?.name, guild?.owner, me], () => this.#drawTitle());
    this.#renew(this.screening, [guild?.pending], () => this.#drawScreening());
    this.#renew(this.channels, [guild, dms, me, channelId, unread], () => this.#drawChannels());
    this.#renew(this.identity, [me, people, myself?.roles, guild?.name], () => this.#drawIdentity());
    this.#renew(this.members, [guild?.members, guild?.roles, guild?.owner], () => this.#drawMembers());
    this.name.textContent = channel === null ? "" : `${channelSign(channel.type)} ${channel.name}`;
    this.topic.textContent = channel?.topic ?? "";
    document.title = channel === null ? "Concierge playground" : `${channel.name} — Concierge playground`;
  }

  /**
   * Redraw an area, but only if what it shows has changed: otherwise a click could lose its button. The focus goes to
   * the button that replaces the one that had it.
   */
  #renew(area, shown, draw) {
    const now = JSON.stringify(shown);
    if (this.drawn.get(area) === now) return;
    this.drawn.set(area, now);
    const key = area.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
    draw();
    if (key !== undefined) [...area.querySelectorAll("[data-key]")].find((item) => item.dataset.key === key)?.focus();
  }

  #drawRail() {
    const { guilds, dms, guildId } = this.store;
    const unreadIn = (channels) => channels.some((channel) => this.store.unread.has(channel.id));
    const dm = dms.length > 0 && h("button", { type: "button", class: "guild", data: { key: "dms" }, title: "Direct messages", "aria-label": "Direct messages", "aria-current": guildId === null ? "true" : null, on: { click: () => this.act.go(dms[0].id) } }, h("span", { class: "avatar square", "aria-hidden": "true" }, "✉"), unreadIn(dms) && h("span", { class: "dot", title: "unread" }));
    const servers = guilds.map((guild) =>
      h(
        "button",
        { type: "button", class: "guild", data: { key: guild.id }, title: guild.name, "aria-label": guild.name, "aria-current": guild.id === guildId ? "true" : null, on: { click: () => this.act.enterGuild(guild.id) } },
        avatar(guild.name, guild.id, "avatar square"),
        unreadIn(guild.channels) && h("span", { class: "dot", title: "unread" }),
      ),
    );
    const join = h("button", { type: "button", class: "guild", data: { key: "join" }, title: "Join a server, or be somebody new", "aria-label": "Join a server", "aria-haspopup": "menu", on: { click: (event) => this.act.joinMenu(event.currentTarget) } }, h("span", { class: "avatar square", "aria-hidden": "true" }, "+"));
    fill(this.rail, servers, join, dm ? h("hr") : null, dm);
  }

  #drawTitle() {
    const { guild, me } = this.store;
    if (guild === null) {
      fill(this.title, "Direct messages");
      return;
    }
    const yours = guild.owner === me.id ? h("small", {}, " yours") : null;
    const menu = { type: "button", class: "plain", data: { key: "guild" }, "aria-haspopup": "menu", on: { click: (event) => this.act.guildMenu(event.currentTarget) } };
    fill(this.title, h("button", menu, guild.name, yours, h("span", { class: "select-arrow", "aria-hidden": "true" }, " ▾")));
  }

  #drawScreening() {
    const { guild } = this.store;
    this.screening.hidden = guild === null || !guild.pending;
    if (this.screening.hidden) return;
    const agree = h("button", { type: "button", class: "button primary", data: { key: "agree" }, on: { click: () => this.act.passScreening() } }, "Agree");
    fill(this.screening, h("p", {}, "Discord's own screening: you can read here, and do nothing else until you agree to the rules."), agree);
  }

  #drawChannels() {
    const { guild, dms } = this.store;
    if (guild === null) {
      fill(this.channels, dms.map((channel) => this.#channelButton(channel)));
      return;
    }
    const ordered = [];
    const place = (channel, depth) => {
      ordered.push({ channel, depth });
      for (const child of guild.channels.filter((candidate) => candidate.parent === channel.id)) place(child, channel.type === CATEGORY ? depth : depth + 1);
    };
    for (const channel of guild.channels.filter((candidate) => !guild.channels.some((other) => other.id === candidate.parent))) place(channel, 0);
    fill(
      this.channels,
      ordered.map(({ channel, depth }) => (channel.type === CATEGORY ? h("h2", { class: "category" }, channel.name) : this.#channelButton(channel, depth))),
    );
  }

  #channelButton(channel, depth = 0) {
    const here = channel.id === this.store.channelId;
    const unread = this.store.unread.get(channel.id);
    const usable = WRITABLE.has(channel.type);
    return h(
      "button",
      { type: "button", class: `channel${depth > 0 ? " thread" : ""}${unread ? " unread" : ""}`, data: { key: channel.id }, disabled: !usable, "aria-current": here ? "page" : null, on: { click: () => this.act.go(channel.id) } },
      h("span", { class: "sign", "aria-hidden": "true" }, channel.hidden_from_everyone && channel.type === 0 ? "🔒" : channelSign(channel.type)),
      h("span", { class: "channel-label" }, channel.name),
      unread ? h("span", { class: "count", "aria-label": `${unread} unread` }, unread) : null,
    );
  }

  #drawIdentity() {
    const { me, myself, people, locales } = this.store;
    const note = people.find((person) => person.id === me.id)?.note ?? "";
    const select = h(
      "select",
      { id: "person", data: { key: "person" }, on: { change: (event) => this.act.become(event.target.value) } },
      people.filter((person) => !person.bot).map((person) => h("option", { value: person.id, selected: person.id === me.id }, person.note ? `${person.name} — ${person.note}` : person.name)),
    );
    const language = h(
      "select",
      { id: "locale", data: { key: "locale" }, on: { change: (event) => this.act.setLocale(event.target.value) } },
      Object.entries(locales).map(([code, name]) => h("option", { value: code, selected: code === me.locale }, name)),
    );
    fill(this.identity, avatar(me.name, me.id), h("div", {}, h("label", { for: "person" }, "You are"), select, h("small", {}, note), this.#roles(myself), h("label", { for: "locale" }, "Your language"), language));
  }

  /** The roles that one has in the server being looked at. */
  #roles(myself) {
    if (myself === null) return null;
    const roles = myself.roles.map((role) => h("li", tinted("role", role.color), role.name));
    return h("ul", { class: "roles", "aria-label": "Your roles here" }, roles.length > 0 ? roles : h("li", { class: "none" }, "no role here"));
  }

  #drawMembers() {
    const { guild } = this.store;
    document.body.classList.toggle("in-private", guild === null);
    if (guild === null) {
      fill(this.members);
      return;
    }
    const groups = new Map();
    for (const member of guild.members) {
      const name = member.online ? (member.group ?? "Online") : "Offline";
      groups.set(name, [...(groups.get(name) ?? []), member]);
    }
    const order = [...guild.roles.map((role) => role.name), "Online", "Offline"];
    const names = [...groups.keys()].sort((one, other) => order.indexOf(one) - order.indexOf(other));
    fill(
      this.members,
      names.map((name) => [h("h2", { class: "category" }, `${name} — ${groups.get(name).length}`), groups.get(name).map((member) => this.#memberButton(member, guild))]),
    );
  }

  #memberButton(member, guild) {
    return h(
      "button",
      { type: "button", class: `member${member.online ? "" : " offline"}`, data: { key: member.id }, "aria-haspopup": "menu", on: { click: (event) => this.act.person(member.id, event.currentTarget) } },
      avatar(member.name, member.id, member.bot ? "avatar bot" : "avatar"),
      h("span", tinted("member-name", member.color), member.name, guild.owner === member.id ? h("span", { title: "owner of the server" }, " 👑") : null),
      member.pending ? h("span", { title: "has not agreed to the screening" }, "⏳") : null,
      member.bot ? h("span", { class: "tag" }, "APP") : null,
    );
  }

  #switches() {
    const members = document.getElementById("show-members");
    members.addEventListener("click", () => {
      const shown = document.body.classList.toggle("without-members") === false;
      members.setAttribute("aria-pressed", String(shown));
    });
    const sidebar = document.getElementById("show-sidebar");
    const show = (open) => {
      document.body.classList.toggle("with-sidebar", open);
      sidebar.setAttribute("aria-expanded", String(open));
    };
    sidebar.addEventListener("click", () => show(!document.body.classList.contains("with-sidebar")));
    this.store.on("place", () => show(false));
  }
}
