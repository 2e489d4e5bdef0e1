import type { Cleared, StudentDataExport, Withdrawal } from "../generated/api";
import { read, send } from "./http";

/** Rejects with Refused, Failed, or any error of fetch(). */
export async function fetchKept(token: string, after: StudentDataExport["next"]): Promise<StudentDataExport> {
  const query = after === null ? "" : `?${new URLSearchParams({ after: String(after) })}`;
  return read(await send("GET", `/api/v1/me/data${query}`, undefined, token));
}

/** A level to which a student can withdraw. */
export type Lower = Withdrawal["level"];

/** Lowers the level of what is stored and of what comes; rejects like fetchKept(). */
export async function withdraw(token: string, level: Lower): Promise<Cleared> {
  return read(await send("POST", "/api/v1/me/withdraw", { level }, token));
}

/** Appends the events of the next page. */
export function withPage(kept: StudentDataExport, page: StudentDataExport): StudentDataExport {
  return { ...kept, events: [...kept.events, ...page.events], next: page.next };
}
