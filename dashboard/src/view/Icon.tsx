import type { CellStatus } from "../generated/wire";
import type { Status } from "../state/status";

/** What an icon shows: the status of a student, or of a cell that a student's status does not have. */
export type Look = Status | Extract<CellStatus, "queued" | "interrupted" | "aborted">;

/** One shape for each status, so that it does not depend on colour. */
const SHAPES: Record<Look, string> = {
  help: "M8 15V5.5a1 1 0 0 1 2 0V9V3a1 1 0 0 1 2 0v6V2.5a1 1 0 0 1 2 0V9V4a1 1 0 0 1 2 0v8a5 5 0 0 1-5 5h-1c-2 0-3-1-4-2.5L4 11a1.1 1.1 0 0 1 1.8-1.2L8 12",
  stuck: "M6 2h8l4 4v8l-4 4H6l-4-4V6zM7 7l6 6M13 7l-6 6",
  running: "M5 2h10M5 18h10M6 2c0 5 3.2 5.5 3.2 8S6 13 6 18M14 2c0 5-3.2 5.5-3.2 8s3.2 3 3.2 8",
  waiting: "M2 4h16v12H2zM5 8l3 2.2L5 12.4M10 13h5",
  error: "M10 2.5 18.5 17h-17zM10 8v4.5M10 14.6v.6",
  idle: "M10 2a8 8 0 1 0 .01 0M10 6v4l3 2",
  active: "M3 10.5 8 15.5 17 5",
  queued: "M3.5 10h1M9.5 10h1M15.5 10h1",
  interrupted: "M4 4h12v12H4z",
  aborted: "M10 2a8 8 0 1 0 .01 0M4.5 15.5l11-11",
};

export function Icon({ status }: { status: Look }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
      <path d={SHAPES[status]} />
    </svg>
  );
}
