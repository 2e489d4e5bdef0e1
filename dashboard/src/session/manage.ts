import { ask, type TokenSource } from "./http";

export const ROLES = ["instructor", "co-instructor", "assistant"] as const;
export type Role = (typeof ROLES)[number];

/** How much of an event is kept, from most to least. */
export const LEVELS = ["full", "errors", "hash", "presence"] as const;
export type Level = (typeof LEVELS)[number];

export interface ClassSettings {
  readonly title: string;
  readonly privacy: Level;
  readonly pseudonymous: boolean;
  readonly redact: boolean;
  readonly studentsOnly: boolean;
}

/** A class that is registered, and what who asks is in it; teamName: an assistant that sees this team alone. */
export interface MyClass extends ClassSettings {
  readonly classId: string;
  readonly role: Role;
  readonly teamName: string | null;
}

export interface Member {
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly teamName: string | null;
}

export interface IngestKey {
  readonly keyId: number;
  /** Its last characters: enough to tell it from the others. */
  readonly hint: string;
  readonly createdAt?: string;
  readonly expiresAt: string | null;
  readonly revokedAt?: string | null;
}

/** Only this answer ever holds the key itself. */
export interface NewKey extends IngestKey {
  readonly key: string;
}

export interface RosterEntry {
  readonly userId: string;
  readonly pseudonym: string;
  readonly userName: string | null;
  readonly teamName: string | null;
  readonly joinedAt: string | null;
}

export interface Imported {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
}

export interface StudentToken {
  readonly userId: string;
  readonly token: string;
}

/** Settings, roster and keys. */
export function manages(mine: MyClass): boolean {
  return mine.role !== "assistant";
}

const CLASSES = "/api/v1/manage/classes";

/** What who looks after a class asks and changes. Rejects with Refused, Failed, or what fetch() rejects with. */
export class ManageApi {
  constructor(private readonly tokens: TokenSource) {}

  async classes(): Promise<MyClass[]> {
    return (await this.ask<{ classes: MyClass[] }>("GET", "")).classes;
  }

  /** Rejects with Failed(409) when the class id is taken. */
  register(classId: string, settings: Partial<ClassSettings>): Promise<unknown> {
    return this.ask("POST", "", { classId, ...settings });
  }

  change(classId: string, settings: Partial<ClassSettings> | { revokeStudentTokens: true }): Promise<unknown> {
    return this.ask("PATCH", part(classId), settings);
  }

  async members(classId: string): Promise<Member[]> {
    return (await this.ask<{ members: Member[] }>("GET", `${part(classId)}/members`)).members;
  }

  /** Adds a member or changes one. Rejects with Failed(404) when nobody has this address, 409 for the last instructor. */
  appoint(classId: string, email: string, role: Role, teamName: string | null): Promise<unknown> {
    const body = teamName === null ? { role } : { role, teamName };
    return this.ask("PUT", `${part(classId)}/members/${part(email)}`, body);
  }

  dismiss(classId: string, email: string): Promise<unknown> {
    return this.ask("DELETE", `${part(classId)}/members/${part(email)}`);
  }

  async keys(classId: string): Promise<IngestKey[]> {
    return (await this.ask<{ keys: IngestKey[] }>("GET", `${part(classId)}/keys`)).keys;
  }

  /** replaces: the key that ends after the overlap. */
  makeKey(classId: string, wish: { expiresAt?: string; replaces?: number; overlapSeconds?: number }): Promise<NewKey> {
    return this.ask("POST", `${part(classId)}/keys`, wish);
  }

  revokeKey(classId: string, keyId: number): Promise<unknown> {
    return this.ask("DELETE", `${part(classId)}/keys/${keyId}`);
  }

  async roster(classId: string): Promise<RosterEntry[]> {
    return (await this.ask<{ students: RosterEntry[] }>("GET", `${part(classId)}/roster`)).students;
  }

  /** Replaces the roster. Rejects with Failed(422), which tells the lines. */
  importRoster(classId: string, csv: string): Promise<Imported> {
    return this.ask("PUT", `${part(classId)}/roster`, { csv });
  }

  /** userIds: of these alone, else of the whole roster. */
  async studentTokens(classId: string, days: number, userIds?: readonly string[]): Promise<StudentToken[]> {
    const wish = userIds === undefined ? { days } : { userIds, days };
    return (await this.ask<{ tokens: StudentToken[] }>("POST", `${part(classId)}/student-tokens`, wish)).tokens;
  }

  private ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    return ask(this.tokens, method, path === "" ? CLASSES : `${CLASSES}/${path}`, body);
  }
}

function part(text: string): string {
  return encodeURIComponent(text);
}
