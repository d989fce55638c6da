// The bot's state at the top, its log, and a button to start it again when it has stopped.

import { fill, h } from "./dom.js";

const MAX_LINES = 500;
const WORDS = {
  online: "online",
  starting: "starting…",
  connecting: "not connected",
  stopped: "stopped",
  unknown: "unknown",
};

export class BotConsole {
  /** `act` is `{startBot()}`. */
  constructor(store, act) {
    this.store = store;
    this.act = act;
    this.pill = document.getElementById("bot-state");
    this.panel = document.getElementById("console");
    this.banner = document.getElementById("stopped");
    this.lines = h("pre", { tabIndex: 0 });
    fill(this.panel, h("header", {}, h("h2", {}, "The bot's log"), h("button", { type: "button", class: "plain", on: { click: () => this.toggle(false) } }, "Close")), this.lines);
    this.pill.addEventListener("click", () => this.toggle(this.panel.hidden));
    this.panel.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      this.toggle(false);
      this.pill.focus();
    });
    store.on("bot", () => this.draw());
    store.on("log", (line) => this.append(line));
  }

  /** The state of the process and of its connection to the stand-in, in one word. */
  get state() {
    const { state, online } = this.store.bot;
    if (state === "running") return online ? "online" : "connecting";
    return state;
  }

  draw() {
    const { state, online, name, exit, log } = this.store.bot;
    const word = state === "starting" && online ? "online" : this.state;
    fill(this.pill, h("span", { class: `lamp ${word}`, "aria-hidden": "true" }), `${name ?? "Bot"}: ${WORDS[word] ?? word}`);
    this.pill.title = "Show the bot's log";
    this.lines.textContent = log.join("\n");
    this.lines.scrollTop = this.lines.scrollHeight;
    this.banner.hidden = state !== "stopped";
    if (state !== "stopped") return;
    const start = h("button", { type: "button", class: "button primary", on: { click: () => this.act.startBot() } }, exit === null ? "Start" : "Start again");
    fill(
      this.banner,
      h("p", {}, h("strong", {}, `${name ?? "The bot"} ${exit === null ? "has not started yet." : "has stopped"}`), exit === null ? "" : ` with exit status ${exit}. The last lines of its log:`),
      h("pre", { tabIndex: 0 }, log.slice(-12).join("\n") || "(empty)"),
      start,
    );
  }

  append(line) {
    const { log } = this.store.bot;
    log.push(line);
    if (log.length > MAX_LINES) log.splice(0, log.length - MAX_LINES);
    if (this.panel.hidden) return;
    const atEnd = this.lines.scrollHeight - this.lines.scrollTop - this.lines.clientHeight < 40;
    this.lines.textContent = log.join("\n");
    if (atEnd) this.lines.scrollTop = this.lines.scrollHeight;
  }

  toggle(open) {
    this.panel.hidden = !open;
    this.pill.setAttribute("aria-expanded", String(open));
    if (!open) return;
    this.lines.textContent = this.store.bot.log.join("\n");
    this.lines.scrollTop = this.lines.scrollHeight;
  }
}
