import { STATUSES, type Status } from "./status";

export const VIEWS = ["help", "grid", "progress", "errors", "student", "report", "settings"] as const;
export type View = (typeof VIEWS)[number];

/** A past stretch of the class, from `start` to `end`, as it was at `at` (ms, the students' clocks). */
export interface Period {
  readonly start: number;
  readonly at: number;
  readonly end: number;
}

/** Which minutes the charts and the errors show; null for all of the lesson. */
export type Minutes = 15 | 60 | null;

/** All that the page shows stands in its address, so that a link shows the same and the back button works. */
export interface Route {
  readonly classId: string;
  readonly view: View;
  /** Whose page, in the view `student`. */
  readonly userId: string | null;
  readonly notebook: string | null;
  readonly cellId: string | null;
  readonly team: string | null;
  readonly search: string;
  readonly status: Status | null;
  /** In which order a view shows what it shows; null, and what the view does not know, for its own. */
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
  team: null,
  search: "",
  status: null,
  sort: null,
  minutes: 60,
  period: null,
};

/** Whether the address is the page of a student, who sees what is kept without signing in. */
export function isMe(hash: string): boolean {
  return /^#\/me(?:[/?]|$)/.test(hash);
}

/** Whether the address names a class: else the page chooses one. */
export function namesClass(hash: string): boolean {
  return /^#\/class\/[^/?]/.test(hash);
}

/** Reads a hash such as `#/class/default/grid?notebook=week1.ipynb`; what it does not understand is as in HOME. */
export function parseRoute(hash: string): Route {
  const [path = "", query = ""] = split(hash.replace(/^#/, ""), "?");
  const [, kind, classId, view, userId] = path.split("/").map(decode);
  if (kind !== "class" || !classId) return HOME;
  const asked = new URLSearchParams(query);
  const known = VIEWS.find((found) => found === view) ?? HOME.view;
  return {
    classId,
    view: known === "student" && !userId ? HOME.view : known,
    userId: known === "student" && userId ? userId : null,
    notebook: asked.get("notebook"),
    cellId: asked.get("cell"),
    team: asked.get("team"),
    search: asked.get("q") ?? "",
    status: STATUSES.find((status) => status === asked.get("status")) ?? null,
    sort: asked.get("sort"),
    minutes: asked.get("minutes") === "15" ? 15 : asked.get("minutes") === "all" ? null : HOME.minutes,
    period: parsePeriod(asked.get("start"), asked.get("at"), asked.get("end")),
  };
}

/** The hash of a route: what parseRoute() reads. */
export function formatRoute(route: Route): string {
  const { classId, view, userId, period } = route;
  const query = new URLSearchParams();
  const put = (name: string, value: string | null) => value && query.set(name, value);
  put("notebook", route.notebook);
  put("cell", route.cellId);
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

/** A hash that somebody typed may hold a lone percent sign. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
