import type { ClientMessage, ServerMessage } from "../generated/wire";
import { Refused } from "../session/http";
import { backoff } from "./backoff";
import { onOffline, onWake } from "./wake";

/** refused: nobody is signed in. closed: the class is not open to who is. Both are for good. */
export interface Connection {
  readonly state: "connecting" | "live" | "waiting" | "refused" | "closed";
  /** When the server was last heard (ms), or null before the first time. */
  readonly heardAt: number | null;
  /** When the next attempt starts (ms), while waiting. */
  readonly retryAt: number | null;
}

export interface LiveOptions {
  /** A fresh ticket for each handshake; rejects with Refused when nobody is signed in. */
  readonly ticket: () => Promise<string>;
  readonly classId: string;
  /** The revision to resume after, or null for a snapshot. */
  readonly since: () => number | null;
  readonly onMessage: (message: ServerMessage) => void;
  readonly onConnection: (connection: Connection) => void;
  /** Whether the class is open; asked when the server takes no subscription to it. */
  readonly isOpen: () => Promise<boolean>;
}

const PING_MS = 30_000;
const PONG_MS = 10_000;
/** When the device says that it has no network; a server on the same machine answers all the same. */
const DOUBTFUL_PONG_MS = 2000;
const HANDSHAKE_MS = 15_000;

type Timer = ReturnType<typeof setTimeout>;

/** A connection that comes back by itself until close(). */
export class LiveSocket {
  private socket: WebSocket | null = null;
  /** The attempt whose ticket counts: one that comes too late opens nothing. */
  private handshake: object | null = null;
  private attempt = 0;
  private closed = false;
  private heardAt: number | null = null;
  /** The one thing that is waited for: the handshake, the next ping, its answer, or the next attempt. */
  private timer: Timer | undefined;
  private waiting = false;
  private readonly stopWake = onWake(() => this.wake());
  private readonly stopDoubt = onOffline(
    () => this.socket?.readyState === WebSocket.OPEN && this.ping(DOUBTFUL_PONG_MS),
  );

  constructor(private readonly options: LiveOptions) {
    this.connect();
  }

  close(): void {
    this.closed = true;
    this.stopWake();
    this.stopDoubt();
    this.leave();
  }

  /** Asks for everything after the revision that the page is whole up to. */
  resume(): void {
    const since = this.options.since();
    this.send({ action: "subscribe", classId: this.options.classId, ...(since === null ? {} : { since }) });
  }

  private connect(): void {
    this.waiting = false;
    this.tell("connecting");
    const handshake = {};
    this.handshake = handshake;
    this.after(HANDSHAKE_MS, () => this.lose());
    this.options.ticket().then(
      (ticket) => this.handshake === handshake && this.open(ticket),
      (error: unknown) => {
        if (this.handshake !== handshake) return;
        if (error instanceof Refused) this.stop("refused");
        else this.lose();
      },
    );
  }

  private open(ticket: string): void {
    const address = new URL("/ws", location.href);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    address.searchParams.set("token", ticket);
    const socket = new WebSocket(address);
    this.socket = socket;
    socket.onopen = () => {
      if (this.socket !== socket) return;
      this.tell("live");
      this.resume();
      this.after(PING_MS, () => this.ping());
    };
    socket.onmessage = (event) => {
      if (this.socket === socket) this.hear(JSON.parse(String(event.data)) as ServerMessage);
    };
    socket.onclose = () => {
      if (this.socket === socket) this.lose();
    };
  }

  private hear(message: ServerMessage): void {
    this.heardAt = Date.now();
    if (message.type === "error") {
      void this.contradicted();
      return;
    }
    // Not when it opens: a server that takes connections and drops them is one to be left alone for longer.
    this.attempt = 0;
    this.after(PING_MS, () => this.ping());
    this.options.onMessage(message);
  }

  /** Our messages are understood: an error is about the class. Where it is open all the same, a new ticket will tell. */
  private async contradicted(): Promise<void> {
    const { socket } = this;
    const isOpen = await this.options.isOpen();
    if (this.closed || this.socket !== socket) return;
    if (isOpen) this.lose();
    else this.stop("closed");
  }

  private stop(state: "refused" | "closed"): void {
    this.close();
    this.tell(state);
  }

  /** Leaves the socket at once: closing a half-open one can take its time. */
  private lose(): void {
    this.leave();
    if (this.closed) return;
    this.attempt += 1;
    const pause = backoff(this.attempt);
    this.waiting = true;
    this.tell("waiting", Date.now() + pause);
    this.after(pause, () => this.connect());
  }

  private leave(): void {
    const { socket } = this;
    this.socket = null;
    this.handshake = null;
    clearTimeout(this.timer);
    socket?.close();
  }

  /** Any message proves that the connection lives; a half-open one would else look live for minutes. */
  private ping(patience = PONG_MS): void {
    this.send({ action: "ping" });
    this.after(patience, () => this.lose());
  }

  /** The network or the tab is back: what was put off is done now. */
  private wake(): void {
    if (this.waiting) this.connect();
    else if (this.socket?.readyState === WebSocket.OPEN) this.ping();
  }

  private send(message: ClientMessage): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  private tell(state: Connection["state"], retryAt: number | null = null): void {
    this.options.onConnection({ state, heardAt: this.heardAt, retryAt });
  }

  private after(ms: number, action: () => void): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(action, ms);
  }
}
