import type { Session as Answer, ByLink, ByPassword } from "../generated/api";
import { alone } from "./alone";
import { Failed, Refused, read, send } from "./http";

/** Who has signed in; operator: who runs the installation, to whom everything is open. */
export type Person = Readonly<Pick<Answer, "name" | "email" | "operator">>;

/** away: whether somebody is signed in is not known, as the server does not say. link: a one-time link was refused. */
export type SessionState =
  | { readonly state: "opening" }
  | { readonly state: "away" }
  | { readonly state: "closed"; readonly why: "nobody" | "link" | "ended" }
  | { readonly state: "open"; readonly person: Person };

const ADDRESS = "/api/v1/session";
/** A token that runs out this soon is renewed before it is used. */
const MARGIN_MS = 60_000;

/**
 * Who is signed in at this page. The access token is in memory alone; what outlives the page is a cookie that no script
 * can read.
 */
export class Session {
  private access: { readonly token: string; readonly until: number } | null = null;
  private refreshing: Promise<string> | null = null;
  /** How often it was closed: an answer that was asked for before opens nothing. */
  private closings = 0;
  private current: SessionState = { state: "opening" };

  constructor(private readonly onChange: (state: SessionState) => void) {}

  /** Opens with a one-time link, else with the cookie. */
  async begin(link: string | null): Promise<void> {
    try {
      if (link !== null) await this.signIn({ link });
      else await this.refresh();
    } catch (error) {
      if (link === null) return this.closeOrAway(error, "nobody");
      if (!(error instanceof Refused)) return this.closeOrAway(error, "link");
      // A link that was used in this browser before: the cookie is still here.
      await this.refresh().catch((failure: unknown) => this.closeOrAway(failure, "link"));
    }
  }

  /** Rejects with Refused, Failed (429: too many attempts), or what fetch() rejects with. */
  async signIn(shown: ByPassword | ByLink): Promise<void> {
    this.take(await read<Answer>(await send("POST", ADDRESS, shown)));
  }

  /** Rejects when the server is away: the cookie is still good then, and nobody should believe otherwise. */
  async signOut(): Promise<void> {
    const response = await send("DELETE", ADDRESS);
    if (response.status !== 401) await read(response);
    this.close("nobody");
  }

  /** It has ended elsewhere: in another tab, or the server no longer takes what it gave. */
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
      // The server is away: what still holds is as good as it was.
      if (access !== null && access.token !== refused && Date.now() < access.until) return access.token;
      throw error;
    }
  };

  /** One at a time, whoever asks; other tabs of this browser wait for their turn, as they share the cookie. */
  private refresh(): Promise<string> {
    const { closings } = this;
    this.refreshing ??= alone("classpulse.refresh", () => send("POST", `${ADDRESS}/refresh`, {}))
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
      this.tell({ state: "open", person: { name, email, operator } });
    }
    return accessToken;
  }

  private closeOrAway(error: unknown, why: "nobody" | "link"): void {
    // 4xx: an answer that is no other the next time.
    if (error instanceof Refused || (error instanceof Failed && error.status < 500 && error.status !== 429))
      this.close(why);
    else this.tell({ state: "away" });
  }

  private close(why: "nobody" | "link" | "ended"): void {
    this.closings += 1;
    this.access = null;
    this.tell({ state: "closed", why });
  }

  private tell(state: SessionState): void {
    this.current = state;
    this.onChange(state);
  }
}
