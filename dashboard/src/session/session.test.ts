// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Api } from "./api";
import { json, serve, signedIn } from "./fixtures";
import { ask, Failed, Refused } from "./http";
import { Session, type SessionState } from "./session";

const SIGN_IN = "POST /api/v1/session";
const REFRESH = "POST /api/v1/session/refresh";
const CLASSES = "GET /api/v1/classes";
const refused = () => json({ error: "sign in" }, 401);

let told: SessionState[] = [];
let session: Session;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
  told = [];
  session = new Session((state) => told.push(state));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const latest = () => told[told.length - 1];
const person = { name: "Ms Sato", email: "sato@example.org", operator: false };

describe("a session begins", () => {
  it("with the link of the address", async () => {
    const asked = serve({ [SIGN_IN]: () => signedIn("a") });
    await session.begin("one time");
    expect(asked).toEqual([{ what: SIGN_IN, bearer: null, body: { link: "one time" } }]);
    expect(told).toEqual([{ state: "open", person }]);
  });

  it("with the cookie", async () => {
    serve({ [REFRESH]: () => signedIn("a", { name: "operator", email: null, operator: true }) });
    await session.begin(null);
    expect(latest()).toEqual({ state: "open", person: { name: "operator", email: null, operator: true } });
  });

  it("with the cookie when the link is spent, as after a reload", async () => {
    serve({ [SIGN_IN]: refused, [REFRESH]: () => signedIn("a") });
    await session.begin("spent");
    expect(latest()).toEqual({ state: "open", person });
  });

  it("not with a spent link and no cookie, which is told", async () => {
    serve({ [SIGN_IN]: refused, [REFRESH]: refused });
    await session.begin("spent");
    expect(told).toEqual([{ state: "closed", why: "link" }]);
  });

  it("not without a cookie, which is nothing to tell", async () => {
    serve({ [REFRESH]: refused });
    await session.begin(null);
    expect(told).toEqual([{ state: "closed", why: "nobody" }]);
  });

  it.each([503, 429])("later when the server answers %i: nobody is signed out by that", async (status) => {
    serve({ [REFRESH]: () => json({}, status) });
    await session.begin(null);
    expect(told).toEqual([{ state: "away" }]);
  });
});

describe("signing in", () => {
  it("rejects with what the page has to tell", async () => {
    serve({ [SIGN_IN]: refused });
    await expect(session.signIn({ email: "e", password: "p" })).rejects.toBeInstanceOf(Refused);
    serve({ [SIGN_IN]: () => json({ error: "too many" }, 429, { "retry-after": "8" }) });
    await expect(session.signIn({ email: "e", password: "p" })).rejects.toMatchObject({ status: 429, retryAfter: 8 });
    expect(told).toEqual([]);
  });
});

describe("the access token", () => {
  it("is renewed before it runs out, once for all who ask", async () => {
    let count = 0;
    const asked = serve({
      [REFRESH]: () => {
        count += 1;
        return signedIn(`t${count}`);
      },
    });
    await session.begin(null);
    expect(await session.token()).toBe("t1");
    vi.setSystemTime(Date.now() + 541_000);
    expect(await Promise.all([session.token(), session.token()])).toEqual(["t2", "t2"]);
    expect(asked.length).toBe(2);
    expect(told.length).toBe(1);
  });

  it("is used while it holds when the server is away", async () => {
    serve({ [REFRESH]: () => signedIn("t1") });
    await session.begin(null);
    serve({});
    vi.setSystemTime(Date.now() + 550_000);
    expect(await session.token()).toBe("t1");
    vi.setSystemTime(Date.now() + 60_000);
    await expect(session.token()).rejects.toBeInstanceOf(Failed);
    expect(told.length).toBe(1);
  });

  it("is replaced when the server refuses it, and the question asked once more", async () => {
    serve({ [REFRESH]: () => signedIn("old") });
    await session.begin(null);
    const asked = serve({
      [REFRESH]: () => signedIn("new"),
      [CLASSES]: ({ bearer }) => (bearer === "new" ? json({ classes: [] }) : refused()),
    });
    expect(await new Api(session.token).classes()).toEqual({ classes: [] });
    expect(asked.map(({ what, bearer }) => [what, bearer])).toEqual([
      [CLASSES, "old"],
      [REFRESH, null],
      [CLASSES, "new"],
    ]);
  });

  it("ends the session when there is no other", async () => {
    serve({ [REFRESH]: () => signedIn("old") });
    await session.begin(null);
    serve({ [REFRESH]: refused, [CLASSES]: refused });
    await expect(new Api(session.token).classes()).rejects.toBeInstanceOf(Refused);
    expect(latest()).toEqual({ state: "closed", why: "ended" });
  });

  it("is in no address and in no storage", async () => {
    serve({ [SIGN_IN]: () => signedIn("secret") });
    await session.begin("link");
    expect(location.href + JSON.stringify({ ...localStorage }) + JSON.stringify({ ...sessionStorage })).not.toContain(
      "secret",
    );
    expect(document.cookie).toBe("");
  });
});

describe("signing out", () => {
  beforeEach(async () => {
    serve({ [REFRESH]: () => signedIn("t") });
    await session.begin(null);
  });

  it("closes the session", async () => {
    serve({ "DELETE /api/v1/session": () => new Response(null, { status: 204 }) });
    await session.signOut();
    expect(latest()).toEqual({ state: "closed", why: "nobody" });
  });

  it("is not believed when the server is away", async () => {
    serve({ "DELETE /api/v1/session": () => json({}, 503) });
    await expect(session.signOut()).rejects.toBeInstanceOf(Failed);
    expect(latest()?.state).toBe("open");
  });

  it("is not undone by an answer that was asked for before", async () => {
    let answer: (response: Response) => void = () => undefined;
    serve({ [REFRESH]: () => new Promise((resolve) => (answer = resolve)) });
    const late = session.token("t");
    session.end("nobody");
    answer(signedIn("late"));
    await expect(late).rejects.toBeInstanceOf(Refused);
    expect(latest()).toEqual({ state: "closed", why: "nobody" });
  });
});

it("a failure carries the server's words and how long to wait", async () => {
  serve({
    "PUT /x": () => json({ error: "line 3: write a userId" }, 422),
    "PUT /y": () => new Response("<html>", { status: 502 }),
  });
  const tokens = () => Promise.resolve("t");
  await expect(ask(tokens, "PUT", "/x", {})).rejects.toMatchObject({
    status: 422,
    told: "line 3: write a userId",
    retryAfter: null,
  });
  await expect(ask(tokens, "PUT", "/y", {})).rejects.toMatchObject({ status: 502, told: null });
});

it("each connection has a ticket of its own", async () => {
  const asked = serve({ "POST /api/v1/session/tickets": () => json({ ticket: "once", expiresIn: 60 }) });
  expect(await new Api(() => Promise.resolve("t")).ticket()).toBe("once");
  expect(asked[0]).toMatchObject({ bearer: "t", body: {} });
});
