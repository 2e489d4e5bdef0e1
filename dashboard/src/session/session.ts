import type { Session as Answer, ByLink, ByPassword } from "../generated/api";
import { exclusively } from "./exclusive";
import { ask, Failed, Refused, read, send } from "./http";

/** The signed-in user. An operator runs the installation and may open every class. */
export type Person = Readonly<Pick<Answer, "name" | "email" | "operator" | "mayCreateClasses">>;

/**
 * unavailable: the server does not answer, so sign-in is unknown. link: a one-time link was refused.
 * asking: the address holds a link, and this person is signed in already.
 */
export type SessionState =
  | { readonly state: "opening" }
  | { readonly state: "unavailable" }
  | { readonly state: "asking"; readonly person: Person; readonly link: string }
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

  /**
   * Signs in with a one-time link, else with the cookie. A link never replaces a session by itself: anybody can send one,
   * and what the user does next would happen in another account.
   */
  async begin(link: string | null): Promise<void> {
    try {
      if (link === null) this.take(await this.renewed());
      else await this.signIn({ link }).catch((error: unknown) => this.ask(link, error));
    } catch (error) {
      this.closeOrUnavailable(error, link === null ? "nobody" : "link");
    }
  }

  /** Answers the question of the state "asking". A refused link leaves the session as it is. */
  async choose(useLink: boolean): Promise<void> {
    const asked = this.current;
    if (asked.state !== "asking") return;
    if (!useLink) return this.publish({ state: "open", person: asked.person });
    try {
      await this.signIn({ link: asked.link, replace: true });
    } catch (error) {
      if (error instanceof Refused) this.publish({ state: "open", person: asked.person });
      else this.closeOrUnavailable(error, "link");
    }
  }

  /** Asks whether the link may replace the session, if that is why the server refused the link. */
  private async ask(link: string, error: unknown): Promise<void> {
    if (!(error instanceof Failed && error.status === 409)) throw error;
    const person = await this.signedIn();
    // The session ended meanwhile.
    if (person === null) await this.signIn({ link });
    else this.publish({ state: "asking", person, link });
  }

  /** Returns the account that the cookie signs in; null if there is none. */
  private async signedIn(): Promise<Person | null> {
    try {
      return personOf(this.keep(await this.renewed()));
    } catch (error) {
      if (error instanceof Refused) return null;
      throw error;
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

  /** Ends all sign-ins of the user, in every browser. Rejects when the server is unavailable. */
  async endAll(): Promise<void> {
    await ask(this.token, "DELETE", `${ADDRESS}/all`);
    this.close("nobody");
  }

  /** The session ended elsewhere: in another tab, or the server revoked it. */
  end(why: "nobody" | "ended"): void {
    if (this.current.state === "open" || this.current.state === "asking") this.close(why);
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
    this.refreshing ??= this.renewed()
      .then((answer) => this.take(answer))
      .finally(() => {
        this.refreshing = null;
      });
    return this.refreshing;
  }

  private async renewed(): Promise<Answer> {
    const { closings } = this;
    const response = await exclusively("classpulse.refresh", () => send("POST", `${ADDRESS}/refresh`, {}));
    const answer = await read<Answer>(response);
    if (closings !== this.closings) throw new Refused();
    return answer;
  }

  private take(answer: Answer): string {
    const person = personOf(this.keep(answer));
    const before = this.current.state === "open" ? this.current.person : null;
    if (JSON.stringify(before) !== JSON.stringify(person)) this.publish({ state: "open", person });
    return answer.accessToken;
  }

  private keep(answer: Answer): Answer {
    this.access = { token: answer.accessToken, until: Date.now() + answer.expiresIn * 1000 };
    return answer;
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

function personOf({ name, email, operator, mayCreateClasses }: Answer): Person {
  return { name, email, operator, mayCreateClasses };
}
