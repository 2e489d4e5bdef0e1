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

let states: SessionState[] = [];
let session: Session;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
  states = [];
  session = new Session((state) => states.push(state));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const latest = () => states[states.length - 1];
const person = { name: "Ms Sato", email: "sato@example.org", operator: false, mayCreateClasses: true };

describe("a session begins", () => {
  it("with the link of the address when nobody is signed in", async () => {
    const requests = serve({ [SIGN_IN]: () => signedIn("a") });
    await session.begin("one time");
    expect(requests).toEqual([{ what: SIGN_IN, bearer: null, body: { link: "one time" } }]);
    expect(states).toEqual([{ state: "open", person }]);
  });

  it("with the cookie", async () => {
    const operator = { name: "operator", email: null, operator: true, mayCreateClasses: true };
    serve({ [REFRESH]: () => signedIn("a", operator) });
    await session.begin(null);
    expect(latest()).toEqual({ state: "open", person: operator });
  });

  it("not with a used link and no cookie, and reports the link", async () => {
    serve({ [SIGN_IN]: refused, [REFRESH]: refused });
    await session.begin("spent");
    expect(states).toEqual([{ state: "closed", why: "link" }]);
  });

  it("not without a cookie, and reports no problem", async () => {
    serve({ [REFRESH]: refused });
    await session.begin(null);
    expect(states).toEqual([{ state: "closed", why: "nobody" }]);
  });

  it.each([503, 429])("after a retry when the server answers %i: this does not sign anybody out", async (status) => {
    serve({ [REFRESH]: () => json({}, status) });
    await session.begin(null);
    expect(states).toEqual([{ state: "unavailable" }]);
  });
});

describe("a link while somebody is signed in", () => {
  const eve = { name: "Eve", email: "eve@example.org", operator: false, mayCreateClasses: false };
  let requests: ReturnType<typeof serve> = [];

  /** Serves as the server does: a link replaces a session only if the request says so. */
  async function begin(answer: () => Response, refresh = () => signedIn("mine")) {
    const replaces = (body: unknown) => (body as { replace?: boolean }).replace === true;
    requests = serve({
      [REFRESH]: refresh,
      [SIGN_IN]: ({ body }) => (replaces(body) ? answer() : json({ code: "session_exists" }, 409)),
    });
    await session.begin("one time");
  }
  const sent = () => requests.map(({ what, body }) => [what, body]);
  const ASKED = [
    [SIGN_IN, { link: "one time" }],
    [REFRESH, {}],
  ];

  it("is not used without asking", async () => {
    await begin(() => signedIn("eves", eve));
    expect(states).toEqual([{ state: "asking", person, link: "one time" }]);
    expect(sent()).toEqual(ASKED);
  });

  it("is not used when the user stays", async () => {
    await begin(() => signedIn("eves", eve));
    await session.choose(false);
    expect(latest()).toEqual({ state: "open", person });
    expect(await session.token()).toBe("mine");
    expect(sent()).toEqual(ASKED);
  });

  it("is used when the user agrees", async () => {
    await begin(() => signedIn("eves", eve));
    await session.choose(true);
    expect(latest()).toEqual({ state: "open", person: eve });
    expect(await session.token()).toBe("eves");
    expect(sent()).toEqual([...ASKED, [SIGN_IN, { link: "one time", replace: true }]]);
  });

  it("leaves the session as it is when it was used before", async () => {
    await begin(refused);
    await session.choose(true);
    expect(latest()).toEqual({ state: "open", person });
  });

  it("is not used after the user signed out in another tab", async () => {
    await begin(() => signedIn("eves", eve));
    session.end("nobody");
    await session.choose(true);
    expect(latest()).toEqual({ state: "closed", why: "nobody" });
    expect(sent()).toEqual(ASKED);
  });
});

describe("signing in", () => {
  it("rejects with the problem", async () => {
    serve({ [SIGN_IN]: refused });
    await expect(session.signIn({ email: "e", password: "p" })).rejects.toBeInstanceOf(Refused);
    serve({ [SIGN_IN]: () => json({ error: "too many" }, 429, { "retry-after": "8" }) });
    await expect(session.signIn({ email: "e", password: "p" })).rejects.toMatchObject({ status: 429, retryAfter: 8 });
    expect(states).toEqual([]);
  });
});

describe("the access token", () => {
  it("is renewed before it expires, once for concurrent callers", async () => {
    let count = 0;
    const requests = serve({
      [REFRESH]: () => {
        count += 1;
        return signedIn(`t${count}`);
      },
    });
    await session.begin(null);
    expect(await session.token()).toBe("t1");
    vi.setSystemTime(Date.now() + 541_000);
    expect(await Promise.all([session.token(), session.token()])).toEqual(["t2", "t2"]);
    expect(requests.length).toBe(2);
    expect(states.length).toBe(1);
  });

  it("is used until it expires when the server is unavailable", async () => {
    serve({ [REFRESH]: () => signedIn("t1") });
    await session.begin(null);
    serve({});
    vi.setSystemTime(Date.now() + 550_000);
    expect(await session.token()).toBe("t1");
    vi.setSystemTime(Date.now() + 60_000);
    await expect(session.token()).rejects.toBeInstanceOf(Failed);
    expect(states.length).toBe(1);
  });

  it("is renewed when the server refuses it, and the request is sent again", async () => {
    serve({ [REFRESH]: () => signedIn("old") });
    await session.begin(null);
    const requests = serve({
      [REFRESH]: () => signedIn("new"),
      [CLASSES]: ({ bearer }) => (bearer === "new" ? json({ classes: [] }) : refused()),
    });
    expect(await new Api(session.token).classes()).toEqual({ classes: [] });
    expect(requests.map(({ what, bearer }) => [what, bearer])).toEqual([
      [CLASSES, "old"],
      [REFRESH, null],
      [CLASSES, "new"],
    ]);
  });

  it("ends the session when it cannot be renewed", async () => {
    serve({ [REFRESH]: () => signedIn("old") });
    await session.begin(null);
    serve({ [REFRESH]: refused, [CLASSES]: refused });
    await expect(new Api(session.token).classes()).rejects.toBeInstanceOf(Refused);
    expect(latest()).toEqual({ state: "closed", why: "ended" });
  });

  it("is not in the address or in storage", async () => {
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

  it("everywhere ends all sign-ins with the access token, and closes the session", async () => {
    const requests = serve({ "DELETE /api/v1/session/all": () => new Response(null, { status: 204 }) });
    await session.endAll();
    expect(requests).toEqual([{ what: "DELETE /api/v1/session/all", bearer: "t", body: null }]);
    expect(latest()).toEqual({ state: "closed", why: "nobody" });
  });

  it("everywhere fails when the server is unavailable", async () => {
    serve({ "DELETE /api/v1/session/all": () => json({}, 503) });
    await expect(session.endAll()).rejects.toBeInstanceOf(Failed);
    expect(latest()?.state).toBe("open");
  });

  it("fails when the server is unavailable", async () => {
    serve({ "DELETE /api/v1/session": () => json({}, 503) });
    await expect(session.signOut()).rejects.toBeInstanceOf(Failed);
    expect(latest()?.state).toBe("open");
  });

  it("is not undone by a late refresh", async () => {
    let answer: (response: Response) => void = () => undefined;
    serve({ [REFRESH]: () => new Promise((resolve) => (answer = resolve)) });
    const late = session.token("t");
    session.end("nobody");
    answer(signedIn("late"));
    await expect(late).rejects.toBeInstanceOf(Refused);
    expect(latest()).toEqual({ state: "closed", why: "nobody" });
  });
});

it("a failure contains the server's message and the time to wait", async () => {
  serve({
    "PUT /x": () => json({ error: "line 3: write a userId" }, 422),
    "PUT /y": () => new Response("<html>", { status: 502 }),
  });
  const tokens = () => Promise.resolve("t");
  await expect(ask(tokens, "PUT", "/x", {})).rejects.toMatchObject({
    status: 422,
    detail: "line 3: write a userId",
    retryAfter: null,
  });
  await expect(ask(tokens, "PUT", "/y", {})).rejects.toMatchObject({ status: 502, detail: null });
});

it("each connection has its own ticket", async () => {
  const requests = serve({ "POST /api/v1/session/tickets": () => json({ ticket: "once", expiresIn: 60 }) });
  expect(await new Api(() => Promise.resolve("t")).ticket()).toBe("once");
  expect(requests[0]).toMatchObject({ bearer: "t", body: {} });
});
