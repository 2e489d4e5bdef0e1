import type {
  Absent,
  Activity,
  Classes,
  ClassState,
  CommonErrors,
  Difficulty,
  Grid,
  Notebooks,
  Pace,
  paths,
  StudentState,
  Ticket,
  Timeline,
} from "../generated/api";
import type { StudentProgress } from "../generated/wire";
import { ask, isClosed, type TokenSource } from "./http";
import { part } from "./part";

export type AttentionChange =
  paths["/api/v1/classes/{classId}/students/{userId}/attention"]["post"]["requestBody"]["content"]["application/json"];

const CLASSES = "/api/v1/classes";

/** A time range in ms, [start, end). */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Limits a query to a notebook and a team; null for all. */
export interface Only {
  readonly notebook: string | null;
  readonly team: string | null;
}

type Parameters = Readonly<Record<string, string | number | null | undefined>>;

/** The REST API for classes. Rejects with Refused, Failed, or any error of fetch(). */
export class Api {
  constructor(private readonly tokens: TokenSource) {}

  classes(): Promise<Classes> {
    return this.get("");
  }

  /** The class at a past moment, counted from the start of the period. */
  classAt(classId: string, start: number, at: number): Promise<ClassState> {
    return this.get(`${part(classId)}/progress`, { start: iso(start), at: iso(at) });
  }

  notebooks(classId: string): Promise<Notebooks> {
    return this.get(`${part(classId)}/notebooks`);
  }

  absent(classId: string): Promise<Absent> {
    return this.get(`${part(classId)}/absent`);
  }

  grid(classId: string, notebook: string): Promise<Grid> {
    return this.get(`${part(classId)}/grid`, { notebook });
  }

  gridAt(classId: string, notebook: string, start: number, at: number): Promise<Grid> {
    return this.get(`${part(classId)}/grid`, { notebook, start: iso(start), at: iso(at) });
  }

  activity(classId: string, span: Span, only: Only): Promise<Activity> {
    return this.get(`${part(classId)}/activity`, { ...times(span), ...of(only) });
  }

  pace(classId: string, notebook: string, span: Span, team: string | null): Promise<Pace> {
    return this.get(`${part(classId)}/pace`, { ...times(span), ...of({ notebook, team }) });
  }

  errors(classId: string, span: Span, only: Only): Promise<CommonErrors> {
    return this.get(`${part(classId)}/errors`, { ...times(span), ...of(only) });
  }

  difficulty(classId: string, span: Span, only: Only): Promise<Difficulty> {
    return this.get(`${part(classId)}/difficulty`, { ...times(span), ...of(only) });
  }

  student(classId: string, userId: string): Promise<StudentState> {
    return this.get(`${part(classId)}/students/${part(userId)}`);
  }

  /** A student's events, newest first; `before` is the `next` of the previous page. */
  timeline(
    classId: string,
    userId: string,
    only: {
      before?: string | null;
      notebook?: string | null;
      cellId?: string | null;
      sessionId?: string | null;
      limit?: number;
    },
  ): Promise<Timeline> {
    return this.get(`${part(classId)}/students/${part(userId)}/timeline`, only);
  }

  /** Rejects with Failed(409) when somebody else has claimed the student. */
  attend(classId: string, userId: string, change: AttentionChange): Promise<StudentProgress> {
    return ask(this.tokens, "POST", `${CLASSES}/${part(classId)}/students/${part(userId)}/attention`, change);
  }

  /** Whether the user may open the class. True also when the server is unavailable, which proves nothing. */
  async isOpen(classId: string): Promise<boolean> {
    try {
      await this.notebooks(classId);
      return true;
    } catch (error) {
      return !isClosed(error);
    }
  }

  /** A ticket for one WebSocket connection. */
  async ticket(): Promise<string> {
    const { ticket } = await ask<Ticket>(this.tokens, "POST", "/api/v1/session/tickets", {});
    return ticket;
  }

  private get<T>(path: string, parameters: Parameters = {}): Promise<T> {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(parameters)) {
      if (value !== null && value !== undefined) query.set(name, String(value));
    }
    const text = query.toString();
    const address = path === "" ? CLASSES : `${CLASSES}/${path}`;
    return ask(this.tokens, "GET", text ? `${address}?${text}` : address);
  }
}

/** Picks the two fields: a complete route is assignable to `Only` too. */
function of({ notebook, team }: Only): Only {
  return { notebook, team };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

function times({ start, end }: Span): { start: string; end: string } {
  return { start: iso(start), end: iso(end) };
}
