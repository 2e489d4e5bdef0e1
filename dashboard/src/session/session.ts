import type { Session as Answer, ByLink, ByPassword } from "../generated/api";
import { exclusively } from "./exclusive";
import { Failed, Refused, read, send } from "./http";

/** The signed-in user. An operator runs the installation and may open every class. */
export type Person = Readonly<Pick<Answer, "name" | "email" | "operator">>;

/** unavailable: the server does not answer, so sign-in is unknown. link: a one-time link was refused. */
export type SessionState =
  | { readonly state: "opening" }
  | { readonly state: "unavailable" }
  | { readonly state: "closed"; readonly why: "nobody" | "link" | "ended" }
  | { readonly state: "open"; readonly person: Person };

const ADDRESS = "/api/v1/session";
/** Renew a token that expires this soon before using it. */
const MARGIN_MS = 60_000;

/**
 * The session of this page. The access token is only in memory; a cookie that scripts cannot read outlives the page.
 */
export class Session {
  private access: { readonly token: string; readonly until: number } | null = null;
  private refreshing: Promise<string> | null = null;
  /** Incremented by each close, so that a late answer does not reopen the session. */
  private closings = 0;
  private current: SessionState = { state: "opening" };

  constructor(private readonly onChange: (state: SessionState) => void) {}

  /** Signs in with a one-time link, else with the cookie. */
  async begin(link: string | null): Promise<void> {
    try {
      if (link !== null) await this.signIn({ link });
      else await this.refresh();
    } catch (error) {
      if (link === null) return this.closeOrUnavailable(error, "nobody");
      if (!(error instanceof Refused)) return this.closeOrUnavailable(error, "link");
      // The link was probably used in this browser before, so the cookie may still be valid.
      await this.refresh().catch((failure: unknown) => this.closeOrUnavailable(failure, "link"));
    }
  }

  /** Rejects with Refused, Failed (429: too many attempts), or any error of fetch(). */
  async signIn(credentials: ByPassword | ByLink): Promise<void> {
    this.take(await read<Answer>(await send("POST", ADDRESS, credentials)));
  }

  /** Rejects when the server is unavailable: the cookie is still valid then, so the user is not signed out. */
  async signOut(): Promise<void> {
    const response = await send("DELETE", ADDRESS);
    if (response.status !== 401) await read(response);
    this.close("nobody");
  }

  /** The session ended elsewhere: in another tab, or the server revoked it. */
  end(why: "nobody" | "ended"): void {
    if (this.current.state === "open") this.close(why);
  }

  /** A TokenSource. */
  readonly token = async (refused?: string): Promise<string> => {
    const { access } = this;
    if (access !== null && access.token !== refused && Date.now() < access.until - MARGIN_MS) return access.token;
    try {
      return await this.refresh();
    } catch (error) {
      if (error instanceof Refused) {
        this.end("ended");
        throw error;
      }
      // The server is unavailable: a token that has not expired is still valid.
      if (access !== null && access.token !== refused && Date.now() < access.until) return access.token;
      throw error;
    }
  };

  /** Runs one refresh at a time, across all tabs of the browser, as they share the cookie. */
  private refresh(): Promise<string> {
    const { closings } = this;
    this.refreshing ??= exclusively("classpulse.refresh", () => send("POST", `${ADDRESS}/refresh`, {}))
      .then((response) => read<Answer>(response))
      .then((answer) => {
        if (closings !== this.closings) throw new Refused();
        return this.take(answer);
      })
      .finally(() => {
        this.refreshing = null;
      });
    return this.refreshing;
  }

  private take({ accessToken, expiresIn, name, email, operator }: Answer): string {
    this.access = { token: accessToken, until: Date.now() + expiresIn * 1000 };
    const before = this.current.state === "open" ? this.current.person : null;
    if (before?.name !== name || before.email !== email || before.operator !== operator) {
      this.publish({ state: "open", person: { name, email, operator } });
    }
    return accessToken;
  }

  private closeOrUnavailable(error: unknown, why: "nobody" | "link"): void {
    // 4xx: a retry would fail again.
    if (error instanceof Refused || (error instanceof Failed && error.status < 500 && error.status !== 429))
      this.close(why);
    else this.publish({ state: "unavailable" });
  }

  private close(why: "nobody" | "link" | "ended"): void {
    this.closings += 1;
    this.access = null;
    this.publish({ state: "closed", why });
  }

  private publish(state: SessionState): void {
    this.current = state;
    this.onChange(state);
  }
}
