const ANSWER_MS = 15_000;

/** Nobody is signed in, or not any more. */
export class Refused extends Error {}

/** The server answered with another status than 2xx. */
export class Failed extends Error {
  /** told: the answer's own words, if it has some. retryAfter: seconds to wait, if it says so. */
  constructor(
    readonly status: number,
    readonly told: string | null = null,
    readonly retryAfter: number | null = null,
  ) {
    super(`HTTP ${status}`);
  }
}

/** Whether the answer says that this class is not open to who asks. */
export function isClosed(error: unknown): boolean {
  return error instanceof Failed && (error.status === 403 || error.status === 404);
}

/** Gives an access token that holds; given the one that was just refused, another one. Rejects with Refused when there is none. */
export type TokenSource = (refused?: string) => Promise<string>;

/** Asks with a token; once more with a new one when that is refused. Rejects with Refused, Failed, or what fetch() rejects with. */
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

/** What was answered, or why not: 401 as Refused, any other failure as Failed. */
export async function read<T>(response: Response): Promise<T> {
  if (response.status === 401) throw new Refused();
  if (!response.ok) throw new Failed(response.status, await toldBy(response), retryAfter(response));
  return (response.status === 204 ? undefined : await response.json()) as T;
}

async function toldBy(response: Response): Promise<string | null> {
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
