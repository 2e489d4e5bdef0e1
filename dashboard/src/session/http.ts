const ANSWER_MS = 15_000;

/** Nobody is signed in, or the session has ended. */
export class Refused extends Error {}

/** The server answered with a status other than 2xx. */
export class Failed extends Error {
  /** detail: the server's message, if any. retryAfter: seconds to wait, if given. */
  constructor(
    readonly status: number,
    readonly detail: string | null = null,
    readonly retryAfter: number | null = null,
  ) {
    super(`HTTP ${status}`);
  }
}

/** Whether the answer says that the user may not open the class. */
export function isClosed(error: unknown): boolean {
  return error instanceof Failed && (error.status === 403 || error.status === 404);
}

/** Returns a valid access token, different from `refused`. Rejects with Refused when nobody is signed in. */
export type TokenSource = (refused?: string) => Promise<string>;

/** Sends a request with a token; after a 401, again with a new one. Rejects with Refused, Failed, or a fetch() error. */
export async function ask<T>(tokens: TokenSource, method: string, path: string, body?: unknown): Promise<T> {
  const token = await tokens();
  const response = await send(method, path, body, token);
  return read<T>(response.status === 401 ? await send(method, path, body, await tokens(token)) : response);
}

export function send(method: string, path: string, body?: unknown, token?: string): Promise<Response> {
  return fetch(path, {
    method,
    headers: {
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(ANSWER_MS),
  });
}

/** Returns the body. Throws Refused for 401 and Failed for any other failure. */
export async function read<T>(response: Response): Promise<T> {
  if (response.status === 401) throw new Refused();
  if (!response.ok) throw new Failed(response.status, await detailOf(response), retryAfter(response));
  return (response.status === 204 ? undefined : await response.json()) as T;
}

async function detailOf(response: Response): Promise<string | null> {
  try {
    const { error } = (await response.json()) as { error?: unknown };
    return typeof error === "string" ? error : null;
  } catch {
    return null;
  }
}

function retryAfter(response: Response): number | null {
  const seconds = Number(response.headers.get("retry-after") ?? "");
  return Number.isInteger(seconds) && seconds > 0 ? seconds : null;
}
