import { STATUSES, type Status } from "./status";

export const VIEWS = ["help", "grid", "progress", "errors", "student", "report", "settings"] as const;
export type View = (typeof VIEWS)[number];

/** A past period of the class, from `start` to `end`, shown as it was at `at` (ms, the students' clocks). */
export interface Period {
  readonly start: number;
  readonly at: number;
  readonly end: number;
}

/** The last minutes that the charts and the errors cover; null for the full lesson. */
export type Minutes = 15 | 60 | null;

/** The URL captures the view, so a link reproduces it and the back button works. */
export interface Route {
  readonly classId: string;
  readonly view: View;
  /** The student of the view `student`. */
  readonly userId: string | null;
  readonly notebook: string | null;
  readonly cellId: string | null;
  /** The only session of the view `student`; empty for the events without a session id. */
  readonly session: string | null;
  readonly team: string | null;
  readonly search: string;
  readonly status: Status | null;
  /** The sort order of the view. Null and unknown values select the view's default. */
  readonly sort: string | null;
  readonly minutes: Minutes;
  /** Null for the live class. */
  readonly period: Period | null;
}

export const HOME: Route = {
  classId: "default",
  view: "help",
  userId: null,
  notebook: null,
  cellId: null,
  session: null,
  team: null,
  search: "",
  status: null,
  sort: null,
  minutes: 60,
  period: null,
};

/** Whether the address is the "About me" page, which a student opens without signing in. */
export function isMe(hash: string): boolean {
  return /^#\/me(?:[/?]|$)/.test(hash);
}

/** Whether the address names a class. If not, the page chooses one. */
export function namesClass(hash: string): boolean {
  return /^#\/class\/[^/?]/.test(hash);
}

/** Parses a hash such as `#/class/default/grid?notebook=week1.ipynb`. Invalid parts fall back to HOME. */
export function parseRoute(hash: string): Route {
  const [path = "", query = ""] = split(hash.replace(/^#/, ""), "?");
  const [, kind, classId, view, userId] = path.split("/").map(decode);
  if (kind !== "class" || !classId) return HOME;
  const parameters = new URLSearchParams(query);
  const known = VIEWS.find((found) => found === view) ?? HOME.view;
  return {
    classId,
    view: known === "student" && !userId ? HOME.view : known,
    userId: known === "student" && userId ? userId : null,
    notebook: parameters.get("notebook"),
    cellId: parameters.get("cell"),
    session: known === "student" && userId ? parameters.get("session") : null,
    team: parameters.get("team"),
    search: parameters.get("q") ?? "",
    status: STATUSES.find((status) => status === parameters.get("status")) ?? null,
    sort: parameters.get("sort"),
    minutes: parameters.get("minutes") === "15" ? 15 : parameters.get("minutes") === "all" ? null : HOME.minutes,
    period: parsePeriod(parameters.get("start"), parameters.get("at"), parameters.get("end")),
  };
}

/** Formats a route as a hash that parseRoute() reads. */
export function formatRoute(route: Route): string {
  const { classId, view, userId, period } = route;
  const query = new URLSearchParams();
  const put = (name: string, value: string | null) => value && query.set(name, value);
  put("notebook", route.notebook);
  put("cell", route.cellId);
  if (view === "student" && route.session !== null) query.set("session", route.session);
  put("team", route.team);
  put("q", route.search);
  put("status", route.status);
  put("sort", route.sort);
  if (route.minutes !== HOME.minutes) query.set("minutes", route.minutes === null ? "all" : String(route.minutes));
  if (period !== null) {
    query.set("start", new Date(period.start).toISOString());
    query.set("at", new Date(period.at).toISOString());
    query.set("end", new Date(period.end).toISOString());
  }
  const parts = ["", "class", classId, view, ...(view === "student" && userId !== null ? [userId] : [])];
  const text = query.toString();
  return `#${parts.map(encodeURIComponent).join("/")}${text ? `?${text}` : ""}`;
}

function parsePeriod(start: string | null, at: string | null, end: string | null): Period | null {
  const period = { start: Date.parse(start ?? ""), at: Date.parse(at ?? ""), end: Date.parse(end ?? at ?? "") };
  return period.start <= period.at && period.at <= period.end ? period : null;
}

function split(text: string, mark: string): [string, string] {
  const place = text.indexOf(mark);
  return place < 0 ? [text, ""] : [text.slice(0, place), text.slice(place + 1)];
}

/** A hand-typed hash may contain a bare percent sign. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
