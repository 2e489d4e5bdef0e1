import type { ClientMessage, ServerMessage } from "../generated/wire";
import { Refused } from "../session/http";
import { backoff } from "./backoff";
import { onOffline, onWake } from "./wake";

/** refused: nobody is signed in. closed: the user may not open the class. Both are final. */
export interface Connection {
  readonly state: "connecting" | "live" | "waiting" | "refused" | "closed";
  /** When the last message arrived (ms), or null before the first one. */
  readonly heardAt: number | null;
  /** When the next attempt starts (ms), in state `waiting`. */
  readonly retryAt: number | null;
}

export interface LiveOptions {
  /** Returns a new ticket for each handshake; rejects with Refused when nobody is signed in. */
  readonly ticket: () => Promise<string>;
  readonly classId: string;
  /** The revision to resume after, or null for a snapshot. */
  readonly since: () => number | null;
  readonly onMessage: (message: ServerMessage) => void;
  readonly onConnection: (connection: Connection) => void;
  /** Whether the user may open the class. Called when the server refuses the subscription. */
  readonly isOpen: () => Promise<boolean>;
}

const PING_MS = 30_000;
const PONG_MS = 10_000;
/** Used when the device reports that it is offline: a server on the same machine still answers. */
const OFFLINE_PONG_MS = 2000;
const HANDSHAKE_MS = 15_000;

type Timer = ReturnType<typeof setTimeout>;

/** A WebSocket that reconnects until close(). */
export class LiveSocket {
  private socket: WebSocket | null = null;
  /** The current attempt. A ticket of an earlier attempt is ignored. */
  private handshake: object | null = null;
  private attempt = 0;
  private closed = false;
  private heardAt: number | null = null;
  /** The one pending timer: handshake, next ping, pong, or next attempt. */
  private timer: Timer | undefined;
  private waiting = false;
  private readonly stopWake = onWake(() => this.wake());
  private readonly stopOffline = onOffline(
    () => this.socket?.readyState === WebSocket.OPEN && this.ping(OFFLINE_PONG_MS),
  );

  constructor(private readonly options: LiveOptions) {
    this.connect();
  }

  close(): void {
    this.closed = true;
    this.stopWake();
    this.stopOffline();
    this.disconnect();
  }

  /** Requests everything after the complete revision. */
  resume(): void {
    const since = this.options.since();
    this.send({ action: "subscribe", classId: this.options.classId, ...(since === null ? {} : { since }) });
  }

  private connect(): void {
    this.waiting = false;
    this.report("connecting");
    const handshake = {};
    this.handshake = handshake;
    this.after(HANDSHAKE_MS, () => this.retry());
    this.options.ticket().then(
      (ticket) => this.handshake === handshake && this.open(ticket),
      (error: unknown) => {
        if (this.handshake !== handshake) return;
        if (error instanceof Refused) this.stop("refused");
        else this.retry();
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
      this.report("live");
      this.resume();
      this.after(PING_MS, () => this.ping());
    };
    socket.onmessage = (event) => {
      if (this.socket === socket) this.receive(JSON.parse(String(event.data)) as ServerMessage);
    };
    socket.onclose = () => {
      if (this.socket === socket) this.retry();
    };
  }

  private receive(message: ServerMessage): void {
    this.heardAt = Date.now();
    if (message.type === "error") {
      void this.onError();
      return;
    }
    // Not reset on open: the page must back off from a server that accepts connections and drops them.
    this.attempt = 0;
    this.after(PING_MS, () => this.ping());
    this.options.onMessage(message);
  }

  /** The page's messages are valid, so an error is about the class. If the class is open, retry with a new ticket. */
  private async onError(): Promise<void> {
    const { socket } = this;
    const isOpen = await this.options.isOpen();
    if (this.closed || this.socket !== socket) return;
    if (isOpen) this.retry();
    else this.stop("closed");
  }

  private stop(state: "refused" | "closed"): void {
    this.close();
    this.report(state);
  }

  /** Does not wait for the close: a half-open socket can take long. */
  private retry(): void {
    this.disconnect();
    if (this.closed) return;
    this.attempt += 1;
    const pause = backoff(this.attempt);
    this.waiting = true;
    this.report("waiting", Date.now() + pause);
    this.after(pause, () => this.connect());
  }

  private disconnect(): void {
    const { socket } = this;
    this.socket = null;
    this.handshake = null;
    clearTimeout(this.timer);
    socket?.close();
  }

  /** Any message proves that the connection works. Without pings, a half-open one would look live for minutes. */
  private ping(patience = PONG_MS): void {
    this.send({ action: "ping" });
    this.after(patience, () => this.retry());
  }

  /** The network or the tab is back: retry or ping now. */
  private wake(): void {
    if (this.waiting) this.connect();
    else if (this.socket?.readyState === WebSocket.OPEN) this.ping();
  }

  private send(message: ClientMessage): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  private report(state: Connection["state"], retryAt: number | null = null): void {
    this.options.onConnection({ state, heardAt: this.heardAt, retryAt });
  }

  private after(ms: number, action: () => void): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(action, ms);
  }
}
