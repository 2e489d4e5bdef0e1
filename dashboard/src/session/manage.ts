import type {
  ClassChange,
  CodeList,
  CodeView,
  CodeWish,
  GuestList,
  GuestView,
  Imported,
  KeyList,
  KeyView,
  KeyWish,
  MemberList,
  MemberView,
  MyClass,
  MyClasses,
  NewClass,
  NewKey,
  Role,
  Roster,
  RosterLine,
  TokenList,
  TokenView,
  TokenWish,
} from "../generated/api";
import { ask, type TokenSource } from "./http";
import { part } from "./part";

/** Settings, roster and keys. */
export function manages(mine: MyClass): boolean {
  return mine.role !== "assistant";
}

const CLASSES = "/api/v1/manage/classes";

/** The REST API for managing classes. Rejects with Refused, Failed, or any error of fetch(). */
export class ManageApi {
  constructor(private readonly tokens: TokenSource) {}

  async classes(): Promise<MyClass[]> {
    return (await this.ask<MyClasses>("GET", "")).classes;
  }

  /** Rejects with Failed(409) when the class id is taken. */
  register(classId: string, settings: Omit<NewClass, "classId">): Promise<unknown> {
    return this.ask("POST", "", { classId, ...settings });
  }

  change(classId: string, settings: ClassChange): Promise<unknown> {
    return this.ask("PATCH", part(classId), settings);
  }

  async members(classId: string): Promise<MemberView[]> {
    return (await this.ask<MemberList>("GET", `${part(classId)}/members`)).members;
  }

  /** Adds or changes a member. Rejects with Failed(409) for the last instructor. */
  appoint(classId: string, email: string, role: Role, teamName: string | null): Promise<unknown> {
    const body = teamName === null ? { role } : { role, teamName };
    return this.ask("PUT", `${part(classId)}/members/${part(email)}`, body);
  }

  dismiss(classId: string, email: string): Promise<unknown> {
    return this.ask("DELETE", `${part(classId)}/members/${part(email)}`);
  }

  async keys(classId: string): Promise<KeyView[]> {
    return (await this.ask<KeyList>("GET", `${part(classId)}/keys`)).keys;
  }

  /** replaces: the key that expires after the overlap. */
  makeKey(classId: string, wish: KeyWish): Promise<NewKey> {
    return this.ask("POST", `${part(classId)}/keys`, wish);
  }

  revokeKey(classId: string, keyId: number): Promise<unknown> {
    return this.ask("DELETE", `${part(classId)}/keys/${keyId}`);
  }

  async roster(classId: string): Promise<RosterLine[]> {
    return (await this.ask<Roster>("GET", `${part(classId)}/roster`)).students;
  }

  /** Replaces the roster. Rejects with Failed(422), which names the wrong lines. */
  importRoster(classId: string, csv: string): Promise<Imported> {
    return this.ask("PUT", `${part(classId)}/roster`, { csv });
  }

  /** Creates tokens for `userIds`, or for the complete roster. */
  async studentTokens(classId: string, days: number, userIds?: string[]): Promise<TokenView[]> {
    const wish: TokenWish = userIds === undefined ? { days } : { userIds, days };
    return (await this.ask<TokenList>("POST", `${part(classId)}/student-tokens`, wish)).tokens;
  }

  /** Creates codes for `userIds`, or for everyone on the roster who has not joined. */
  async personalCodes(classId: string, wish: CodeWish): Promise<CodeView[]> {
    return (await this.ask<CodeList>("POST", `${part(classId)}/personal-codes`, wish)).codes;
  }

  async guests(classId: string): Promise<GuestView[]> {
    return (await this.ask<GuestList>("GET", `${part(classId)}/guests`)).guests;
  }

  /** rosterUserId: the student that the guest is, or null to unlink it. */
  linkGuest(classId: string, userId: string, rosterUserId: string | null): Promise<unknown> {
    return this.ask("PUT", `${part(classId)}/guests/${part(userId)}`, { rosterUserId });
  }

  removeGuest(classId: string, userId: string): Promise<unknown> {
    return this.ask("DELETE", `${part(classId)}/guests/${part(userId)}`);
  }

  private ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    return ask(this.tokens, method, path === "" ? CLASSES : `${CLASSES}/${path}`, body);
  }
}
