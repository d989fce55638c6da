// The page's line to the playground's server: requests that are answered, news that just arrives, and reconnecting.

const FIRST_PAUSE = 250;
const MAX_DELAY = 5000;

/** A refusal of the server's, with a sentence for the person. */
export class Refused extends Error {}

/**
 * One WebSocket that mends itself. `news` maps the kind of a pushed message to its handler; `onState` is told
 * "open" or "lost". After each reconnect `onOpen` runs before anything else is sent.
 */
export class Line {
  #socket = null;
  #number = 0;
  #waiting = new Map();
  #pause = FIRST_PAUSE;

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
      this.#pause = FIRST_PAUSE;
      this.onState("open");
      this.onOpen();
    });
    socket.addEventListener("message", (event) => this.#receive(JSON.parse(event.data)));
    socket.addEventListener("close", () => this.#lost(socket));
  }

  get isOpen() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /** Ask the server for something. Rejects with `Refused` when it says no or cannot be reached. */
  request(op, data = {}) {
    if (!this.isOpen) return Promise.reject(new Refused("The playground cannot be reached at the moment."));
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
    setTimeout(() => this.connect(), this.#pause);
    this.#pause = Math.min(this.#pause * 2, MAX_DELAY);
  }
}
