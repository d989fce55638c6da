// The page as a whole: its parts, and what passes between them.

import { BotConsole } from "./console.js";
import { Composer } from "./composer.js";
import { toast } from "./dom.js";
import { Feed } from "./feed.js";
import { closeMenu, showMenu } from "./menu.js";
import { showModal } from "./modal.js";
import { refreshRelativeTimes, writeIn } from "./moments.js";
import { Connection } from "./net.js";
import { Sidebar } from "./sidebar.js";
import { Store } from "./store.js";

const store = new Store();
const banner = document.getElementById("lost");
let form = null;
// Counts the channels visited, to drop answers that come after a later click.
let visit = 0;

const server = new Connection(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/socket`, {
  onOpen: arrive,
  onState: (state) => {
    banner.hidden = state === "open";
  },
  news: {
    view: (view) => store.see(view),
    message: (message) => {
      store.typing.delete(message.author.id);
      store.tell("typing");
      store.put(message);
    },
    gone: (gone) => store.drop(gone),
    commands: () => loadCommands().catch((error) => toast(error.message, "error")),
    modal: (modal) => openForm(modal),
    failed: ({ text }) => toast(text, "error"),
    typing: ({ user, channel }) => showTyping(user, channel),
    bot: (bot) => {
      store.bot = { ...store.bot, ...bot };
      store.tell("bot");
    },
    log: ({ line: text }) => store.tell("log", text),
  },
});

/** Ask the server, show a refusal, and return whether it worked. */
async function attempt(op, data) {
  try {
    await server.request(op, data);
    return true;
  } catch (error) {
    toast(error.message, "error");
    return false;
  }
}

async function arrive() {
  const before = store.me?.id ?? store.remembered().person;
  try {
    const hello = await server.request("hello", { person: before ?? null });
    store.locales = hello.locales;
    store.bot = hello.bot;
    store.channelId ??= store.remembered().channel ?? null;
    store.see(hello.view);
    store.tell("bot");
    await enter();
  } catch (error) {
    toast(error.message, "error");
  }
}

async function change(op, data) {
  closeMenu();
  try {
    const { view } = await server.request(op, data);
    store.see(view);
  } catch (error) {
    toast(error.message, "error");
  }
}

const become = (person) => change("become", { person });

/** A menu of the servers that one is not in, and of new people. */
function joinMenu(anchor) {
  const items = store.elsewhere.flatMap((guild) => [
    { label: `Join ${guild.name}`, run: () => join(guild, false) },
    { label: `Join ${guild.name} with screening`, detail: "agree to Discord's rules first", run: () => join(guild, true) },
  ]);
  items.push({ label: "New person…", run: newPerson });
  showMenu(anchor, items, "Join a server");
}

async function join(guild, pending) {
  await change("join", { guild: guild.id, pending });
  enterGuild(guild.id);
}

/** What one can do about being in this server. */
function guildMenu(anchor) {
  const { guild } = store;
  const items = [];
  if (guild.pending) items.push({ label: "Agree to the screening", run: () => change("pass_screening", { guild: guild.id }) });
  if (guild.manages) items.push({ label: "Language of the server…", detail: store.locales[guild.locale], run: () => chooseLanguage(guild) });
  if (guild.owner !== store.me.id) items.push({ label: "Leave server", danger: true, run: () => change("leave", { guild: guild.id }) });
  showMenu(anchor, items, guild.name);
}

function newPerson() {
  const name = { type: 4, custom_id: "name", style: 1, min_length: 1, max_length: 32, required: true };
  const form = { title: "New person", components: [{ type: 18, label: "Name", description: "They are in no server yet.", component: name }] };
  showModal(form, {
    names: store.names,
    guild: null,
    submit: async (values) => store.see((await server.request("add_person", { name: values.name })).view),
    dismissed: () => {},
  });
}

/** The language of a server, in which the bot writes what everybody sees there. */
function chooseLanguage(guild) {
  const options = Object.entries(store.locales).map(([value, label]) => ({ value, label, default: value === guild.locale }));
  const form = { title: "Language of the server", components: [{ type: 18, label: "Language", description: "What everybody sees is written in it.", component: { type: 3, custom_id: "locale", options } }] };
  showModal(form, {
    names: store.names,
    guild,
    submit: async (values) => store.see((await server.request("set_guild_locale", { guild: guild.id, locale: values.locale[0] })).view),
    dismissed: () => {},
  });
}

/** Go to the channel of a server in which one would begin. */
function enterGuild(id) {
  const guild = store.guilds.find((one) => one.id === id);
  const target = guild && store.firstChannel(guild.channels);
  if (target) go(target.id);
}

/** Fetch the messages and commands of the current channel. */
async function enter() {
  visit += 1;
  const mine = visit;
  const { channelId } = store;
  if (channelId === null) {
    store.replaceMessages([]);
    return;
  }
  try {
    const { messages } = await server.request("open", { channel: channelId });
    if (mine !== visit) return;
    store.replaceMessages(messages);
    await loadCommands();
  } catch (error) {
    if (mine === visit) toast(error.message, "error");
  }
}

async function loadCommands() {
  const { channelId } = store;
  if (channelId === null) return;
  const { commands } = await server.request("commands", { channel: channelId });
  if (channelId === store.channelId) store.setCommands(commands);
}

function openForm(modal) {
  form?.close();
  form = showModal(modal, {
    names: store.names,
    guild: store.guild,
    submit: (values) => server.request("submit", { modal: modal.id, values }),
    dismissed: () => server.request("dismiss_modal", { modal: modal.id }).catch(() => {}),
  });
}

function showTyping(user, channel) {
  if (channel !== store.channelId || user === store.me.id) return;
  store.typing.add(user);
  store.tell("typing");
  setTimeout(() => {
    store.typing.delete(user);
    store.tell("typing");
  }, 10_000);
}

function go(channel) {
  closeMenu();
  store.go(channel);
  composer.focus();
}

function messageMenu(message, anchor) {
  const items = store.commands.message.map((command) => ({
    label: command.name,
    detail: "App",
    run: () => attempt("message_command", { channel: message.channel, name: command.key, target: message.id }),
  }));
  items.push({ label: "Copy text", run: () => copy(message.text) }, { label: "Copy message id", run: () => copy(message.id) });
  if (message.private) items.push({ label: "Dismiss message", run: () => dismiss(message) });
  showMenu(anchor, items, `Message from ${message.author.name}`);
}

function personMenu(id, anchor) {
  const person = store.names.user(id);
  if (person === null) return;
  const items = store.commands.user.map((command) => ({
    label: command.name,
    detail: "App",
    run: () => attempt("user_command", { channel: store.channelId, name: command.key, target: id }),
  }));
  if (person.bot && store.dms.length > 0) items.push({ label: "Message", run: () => go(store.dms[0].id) });
  if (!person.bot && id !== store.me.id && store.people.some((other) => other.id === id)) items.push({ label: `Switch to ${person.name}`, run: () => become(id) });
  items.push({ label: "Mention", run: () => composer.type(`${document.getElementById("entry").value}<@${id}> `) }, { label: "Copy user id", run: () => copy(id) });
  showMenu(anchor, items, person.name);
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast("Copied.");
  } catch {
    toast("The browser does not allow copying here.", "error");
  }
}

async function dismiss(message) {
  if (await attempt("dismiss", { channel: message.channel, message: message.id })) store.drop(message);
}

async function read(message, attachment) {
  const { base64 } = await server.request("read", { channel: message.channel, message: message.id, attachment });
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

const act = {
  go,
  become,
  enterGuild,
  joinMenu,
  guildMenu,
  passScreening: () => change("pass_screening", { guild: store.guildId }),
  setLocale: (locale) => change("set_locale", { locale }),
  dismiss,
  read,
  menu: messageMenu,
  person: personMenu,
  press: (message, part) => attempt("press", { channel: message.channel, message: message.id, custom_id: part.custom_id }),
  choose: (message, part, values) => attempt("choose", { channel: message.channel, message: message.id, custom_id: part.custom_id, values }),
  say: (text) => attempt("say", { channel: store.channelId, text }),
  slash: (entry, values) => attempt("slash", { channel: store.channelId, name: entry.key, options: values }),
  autocomplete: async (request) => (await server.request("autocomplete", { ...request, channel: store.channelId })).choices,
  type: (text) => composer.type(text),
  startBot: () => attempt("start_bot"),
};

// Before anything else is drawn: dates are in the language of whom one is.
store.on("view", () => writeIn(store.me.locale));
const composer = new Composer(store, act);
new Sidebar(store, act);
new BotConsole(store, act);
new Feed(store, act);
store.on("place", () => {
  if (server.isOpen) enter();
});
document.addEventListener("keydown", (event) => {
  const step = event.altKey && { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    const buttons = [...document.querySelectorAll("#channels .channel:enabled")];
    const at = buttons.findIndex((button) => button.dataset.key === store.channelId);
    buttons[at + step]?.click();
    return;
  }
  // Typing outside any field goes into the message box, as in other chats.
  const idle = event.target === document.body || event.target.id === "feed" || event.target.classList?.contains("message");
  if (idle && event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) composer.focus();
});
refreshRelativeTimes();
server.connect();
