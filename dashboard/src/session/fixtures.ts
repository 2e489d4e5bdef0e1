import { vi } from "vitest";

/** What the page asked. */
export interface Asked {
  readonly what: string;
  readonly bearer: string | null;
  readonly body: unknown;
}

type Answer = Response | Promise<Response>;

/** A server for tests: answers by `METHOD path`; anything else gets a 404. Returns what it was asked, as it comes. */
export function serve(answers: Readonly<Record<string, (asked: Asked) => Answer>>): Asked[] {
  const log: Asked[] = [];
  vi.stubGlobal("fetch", async (path: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers);
    const asked: Asked = {
      what: `${init.method ?? "GET"} ${path}`,
      bearer: headers.get("authorization")?.replace("Bearer ", "") ?? null,
      body: typeof init.body === "string" ? JSON.parse(init.body) : null,
    };
    log.push(asked);
    return answers[asked.what]?.(asked) ?? json({ error: "there is no such thing" }, 404);
  });
  return log;
}

export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return Response.json(body, { status, headers });
}

/** What a sign-in or a refresh answers; each call in a test gives another token. */
export function signedIn(accessToken: string, fields: object = {}): Response {
  return json({ accessToken, expiresIn: 600, name: "Ms Sato", email: "sato@example.org", operator: false, ...fields });
}
