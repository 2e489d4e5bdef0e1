import type { Status } from "../state/status";

/** One shape for each status, so that it does not depend on colour. */
const SHAPES: Record<Status, string> = {
  help: "M8 15V5.5a1 1 0 0 1 2 0V9V3a1 1 0 0 1 2 0v6V2.5a1 1 0 0 1 2 0V9V4a1 1 0 0 1 2 0v8a5 5 0 0 1-5 5h-1c-2 0-3-1-4-2.5L4 11a1.1 1.1 0 0 1 1.8-1.2L8 12",
  stuck: "M6 2h8l4 4v8l-4 4H6l-4-4V6zM7 7l6 6M13 7l-6 6",
  running: "M5 2h10M5 18h10M6 2c0 5 3.2 5.5 3.2 8S6 13 6 18M14 2c0 5-3.2 5.5-3.2 8s3.2 3 3.2 8",
  error: "M10 2.5 18.5 17h-17zM10 8v4.5M10 14.6v.6",
  idle: "M10 2a8 8 0 1 0 .01 0M10 6v4l3 2",
  active: "M3 10.5 8 15.5 17 5",
};

export function Icon({ status }: { status: Status }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
      <path d={SHAPES[status]} />
    </svg>
  );
}
