import { vi } from "vitest";

/** A request of the page. */
export interface Request {
  readonly what: string;
  readonly bearer: string | null;
  readonly body: unknown;
}

type Answer = Response | Promise<Response>;

/** A fake server that answers by `METHOD path`, and other requests with 404. Returns the log of requests. */
export function serve(answers: Readonly<Record<string, (request: Request) => Answer>>): Request[] {
  const log: Request[] = [];
  vi.stubGlobal("fetch", async (path: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers);
    const request: Request = {
      what: `${init.method ?? "GET"} ${path}`,
      bearer: headers.get("authorization")?.replace("Bearer ", "") ?? null,
      body: typeof init.body === "string" ? JSON.parse(init.body) : null,
    };
    log.push(request);
    return answers[request.what]?.(request) ?? json({ error: "there is no such thing" }, 404);
  });
  return log;
}

export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return Response.json(body, { status, headers });
}

/** The answer to a sign-in or a refresh. */
export function signedIn(accessToken: string, fields: object = {}): Response {
  const person = { name: "Ms Sato", email: "sato@example.org", operator: false, mayCreateClasses: true };
  return json({ accessToken, expiresIn: 600, ...person, ...fields });
}
