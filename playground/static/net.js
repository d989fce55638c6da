// The connection to the playground's server: requests, pushed messages, and reconnecting.

const FIRST_DELAY = 250;
const MAX_DELAY = 5000;

/** The server refused; the message says why. */
export class Refused extends Error {}

/**
 * One WebSocket that reconnects. `news` maps the kind of a pushed message to its handler; `onState` is told
 * "open" or "lost". After each reconnect `onOpen` runs before anything else is sent.
 */
export class Connection {
  #socket = null;
  #number = 0;
  #waiting = new Map();
  #delay = FIRST_DELAY;

  constructor(address, { news, onOpen, onState }) {
    this.address = address;
    this.news = news;
    this.onOpen = onOpen;
    this.onState = onState;
  }

  connect() {
    const socket = new WebSocket(this.address);
    this.#socket = socket;
    socket.addEventListener("open", () => {
      this.#delay = FIRST_DELAY;
      this.onState("open");
      this.onOpen();
    });
    socket.addEventListener("message", (event) => this.#receive(JSON.parse(event.data)));
    socket.addEventListener("close", () => this.#lost(socket));
  }

  get isOpen() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /** Ask the server for something. Rejects with `Refused` when it refuses or cannot be reached. */
  request(op, data = {}) {
    if (!this.isOpen) return Promise.reject(new Refused("The playground cannot be reached right now."));
    this.#number += 1;
    const number = this.#number;
    return new Promise((resolve, reject) => {
      this.#waiting.set(number, { resolve, reject });
      this.#socket.send(JSON.stringify({ ...data, op, n: number }));
    });
  }

  #receive(message) {
    if (message.re !== undefined) {
      const waiting = this.#waiting.get(message.re);
      this.#waiting.delete(message.re);
      if (message.error !== undefined) waiting?.reject(new Refused(message.error));
      else waiting?.resolve(message.data);
      return;
    }
    this.news[message.push]?.(message.data);
  }

  #lost(socket) {
    if (socket !== this.#socket) return;
    for (const waiting of this.#waiting.values()) waiting.reject(new Refused("The connection to the playground was lost."));
    this.#waiting.clear();
    this.onState("lost");
    setTimeout(() => this.connect(), this.#delay);
    this.#delay = Math.min(this.#delay * 2, MAX_DELAY);
  }
}
