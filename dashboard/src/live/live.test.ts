// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ServerMessage } from "../generated/wire";
import { Failed, Refused } from "../session/http";
import { backoff } from "./backoff";
import { coalesce } from "./coalesce";
import { type Connection, type LiveOptions, LiveSocket } from "./socket";

class FakeWebSocket {
  static readonly OPEN = 1;
  static made: FakeWebSocket[] = [];
  readyState = 0;
  sent: unknown[] = [];
  onopen?: () => void;
  onclose?: () => void;
  onmessage?: (event: { data: string }) => void;

  constructor(readonly url: URL) {
    FakeWebSocket.made.push(this);
  }
  open() {
    this.readyState = 1;
    this.onopen?.();
  }
  send(text: string) {
    this.sent.push(JSON.parse(text));
  }
  close() {
    this.readyState = 3;
    this.onclose?.();
  }
}

const open: LiveSocket[] = [];
let tickets = 0;

beforeEach(() => {
  vi.useFakeTimers();
  FakeWebSocket.made = [];
  tickets = 0;
  vi.stubGlobal("WebSocket", FakeWebSocket);
});
afterEach(() => {
  for (const socket of open.splice(0)) socket.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

async function connect(since: number | null = null, options: Partial<LiveOptions> = {}) {
  const states: Connection["state"][] = [];
  const messages: ServerMessage[] = [];
  const socket = new LiveSocket({
    ticket: () => {
      tickets += 1;
      return Promise.resolve(`ticket & ${tickets}`);
    },
    classId: "default",
    since: () => since,
    onMessage: (message) => messages.push(message),
    onConnection: (connection) => states.push(connection.state),
    isOpen: () => Promise.resolve(true),
    ...options,
  });
  open.push(socket);
  await vi.advanceTimersByTimeAsync(0);
  return { socket, states, messages, latest: () => FakeWebSocket.made[FakeWebSocket.made.length - 1]! };
}

describe("the live socket", () => {
  it("connects with a ticket and subscribes to its class", async () => {
    const { states, latest } = await connect();
    expect(latest().url.searchParams.get("token")).toBe("ticket & 1");
    latest().open();
    expect(latest().sent).toEqual([{ action: "subscribe", classId: "default" }]);
    expect(states).toEqual(["connecting", "live"]);
  });

  it("reconnects after a loss and resumes after the complete revision", async () => {
    const { states, latest } = await connect(17);
    latest().open();
    latest().close();
    await vi.advanceTimersByTimeAsync(500);
    latest().open();
    expect(FakeWebSocket.made.length).toBe(2);
    expect(latest().sent).toEqual([{ action: "subscribe", classId: "default", since: 17 }]);
    expect(states).toEqual(["connecting", "live", "waiting", "connecting", "live"]);
  });

  it("uses a new ticket for each connection", async () => {
    const { latest } = await connect();
    latest().open();
    latest().close();
    await vi.advanceTimersByTimeAsync(500);
    expect(latest().url.searchParams.get("token")).toBe("ticket & 2");
  });

  it("stops when nobody is signed in", async () => {
    const { states } = await connect(null, { ticket: () => Promise.reject(new Refused()) });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(states).toEqual(["connecting", "refused"]);
    expect(FakeWebSocket.made.length).toBe(0);
  });

  it("retries when the ticket fails for another reason", async () => {
    let requests = 0;
    const { latest } = await connect(null, {
      ticket: () => (requests++ ? Promise.resolve("t") : Promise.reject(new Failed(503))),
    });
    expect(FakeWebSocket.made.length).toBe(0);
    await vi.advanceTimersByTimeAsync(500);
    expect(latest().url.searchParams.get("token")).toBe("t");
  });

  it("ignores a ticket that arrives too late", async () => {
    const given: ((ticket: string) => void)[] = [];
    const { socket } = await connect(null, { ticket: () => new Promise((resolve) => given.push(resolve)) });
    await vi.advanceTimersByTimeAsync(15_500);
    given[0]!("late");
    await vi.advanceTimersByTimeAsync(0);
    expect(FakeWebSocket.made.length).toBe(0);
    given[1]!("t");
    await vi.advanceTimersByTimeAsync(0);
    expect(FakeWebSocket.made.length).toBe(1);
    socket.close();
  });

  it("stops when the user may not open the class", async () => {
    const { states, messages, latest } = await connect(null, { isOpen: () => Promise.resolve(false) });
    latest().open();
    latest().onmessage?.({ data: '{"type":"error","error":"not open"}' });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(states).toEqual(["connecting", "live", "closed"]);
    expect(messages).toEqual([]);
    expect(FakeWebSocket.made.length).toBe(1);
  });

  it("backs off and retries with a new ticket when the class is open after all", async () => {
    const { latest } = await connect();
    for (let turn = 0; turn < 3; turn += 1) {
      latest().open();
      latest().onmessage?.({ data: '{"type":"error","error":"not open"}' });
      await vi.advanceTimersByTimeAsync(500 * 2 ** turn);
    }
    expect(FakeWebSocket.made.length).toBe(4);
    expect(latest().url.searchParams.get("token")).toBe("ticket & 4");
  });

  it("drops a connection that no longer answers", async () => {
    const { latest } = await connect();
    const first = latest();
    first.open();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(first.sent[1]).toEqual({ action: "ping" });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(first.readyState).toBe(3);
    await vi.advanceTimersByTimeAsync(500);
    expect(FakeWebSocket.made.length).toBe(2);
  });

  it("gives up a handshake that does not finish", async () => {
    const { states } = await connect();
    await vi.advanceTimersByTimeAsync(15_500);
    expect(states).toEqual(["connecting", "waiting", "connecting"]);
  });

  it("backs off from a server that drops every connection", async () => {
    const { latest } = await connect();
    for (let turn = 0; turn < 6; turn += 1) {
      latest().open();
      latest().close();
      await vi.advanceTimersByTimeAsync(500 * 2 ** turn);
    }
    expect(FakeWebSocket.made.length).toBe(7);
    latest().open();
    latest().close();
    await vi.advanceTimersByTimeAsync(7000);
    expect(FakeWebSocket.made.length).toBe(7);
  });

  it("reconnects at once when the network returns", async () => {
    vi.spyOn(Math, "random").mockReturnValue(1);
    const { latest } = await connect();
    latest().open();
    latest().close();
    await vi.advanceTimersByTimeAsync(1);
    expect(FakeWebSocket.made.length).toBe(1);
    dispatchEvent(new Event("online"));
    await vi.advanceTimersByTimeAsync(0);
    expect(FakeWebSocket.made.length).toBe(2);
    await vi.advanceTimersByTimeAsync(5000);
    expect(FakeWebSocket.made.length).toBe(2);
  });

  it("pings when the tab becomes visible", async () => {
    const { latest } = await connect();
    latest().open();
    document.dispatchEvent(new Event("visibilitychange"));
    expect(latest().sent[1]).toEqual({ action: "ping" });
  });

  it("treats a device as offline when the server does not answer for two seconds", async () => {
    const { latest, states } = await connect();
    latest().open();
    dispatchEvent(new Event("offline"));
    expect(latest().sent[1]).toEqual({ action: "ping" });
    // A server on the same machine answers without a network.
    latest().onmessage?.({ data: '{"type":"pong","serverTime":"2026-01-01T09:00:00Z"}' });
    await vi.advanceTimersByTimeAsync(3000);
    expect(states.at(-1)).toBe("live");
    dispatchEvent(new Event("offline"));
    await vi.advanceTimersByTimeAsync(1999);
    expect(states.at(-1)).toBe("live");
    await vi.advanceTimersByTimeAsync(1);
    expect(states.at(-1)).toBe("waiting");
  });

  it("ignores messages of a closed connection", async () => {
    const { latest, messages } = await connect();
    const first = latest();
    first.open();
    first.close();
    first.onmessage?.({ data: '{"type":"pong","serverTime":"2026-01-01T09:00:00Z"}' });
    expect(messages).toEqual([]);
  });

  it("reports when the last message arrived", async () => {
    const heard: (number | null)[] = [];
    const options: LiveOptions = {
      ticket: () => Promise.resolve("t"),
      classId: "default",
      since: () => null,
      onMessage: () => undefined,
      onConnection: (connection) => heard.push(connection.heardAt),
      isOpen: () => Promise.resolve(true),
    };
    open.push(new LiveSocket(options));
    await vi.advanceTimersByTimeAsync(0);
    const first = FakeWebSocket.made[0]!;
    first.open();
    first.onmessage?.({ data: '{"type":"pong","serverTime":"2026-01-01T09:00:00Z"}' });
    const at = Date.now();
    await vi.advanceTimersByTimeAsync(5000);
    first.close();
    expect(heard).toEqual([null, null, at]);
  });

  it("keeps a connection that answers", async () => {
    const { latest, messages } = await connect();
    const first = latest();
    first.open();
    for (let turn = 0; turn < 5; turn += 1) {
      await vi.advanceTimersByTimeAsync(30_000);
      first.onmessage?.({ data: '{"type":"pong","serverTime":"2026-01-01T09:00:00Z"}' });
    }
    expect(first.readyState).toBe(1);
    expect(messages.length).toBe(5);
    expect(first.sent.length).toBe(6);
  });

  it("does nothing after close()", async () => {
    const { socket, latest } = await connect();
    latest().open();
    socket.close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(FakeWebSocket.made.length).toBe(1);
  });
});

describe("back-off", () => {
  it("doubles up to 15 seconds, with jitter", () => {
    expect(backoff(1, () => 1)).toBe(500);
    expect(backoff(2, () => 1)).toBe(1000);
    expect(backoff(3, () => 0)).toBe(1000);
    expect(backoff(50, () => 1)).toBe(15_000);
  });
});

describe("coalescing", () => {
  it("flushes once per frame, and always delivers the last items", async () => {
    const flushes: number[][] = [];
    const push = coalesce<number>((items) => flushes.push(items));
    push(1);
    push(2);
    await vi.advanceTimersByTimeAsync(300);
    push(3);
    await vi.advanceTimersByTimeAsync(300);
    expect(flushes).toEqual([[1, 2], [3]]);
  });
});
