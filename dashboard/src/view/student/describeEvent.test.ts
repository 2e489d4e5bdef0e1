// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import type { StoredEvent } from "../../generated/api";
import { describeEvent } from "./Entry";

const described = (eventType: string, fields: Partial<StoredEvent> = {}) =>
  describeEvent({
    eventId: "e",
    eventType,
    eventTime: "2026-01-01T10:00:00Z",
    receivedAt: "2026-01-01T10:00:00Z",
    storedAt: "2026-01-01T10:00:00Z",
    userId: "ada",
    classId: "default",
    ...fields,
  });

describe("an event in the timeline", () => {
  it("of a run says how the run ended", () => {
    expect(described("cell_executed", { hasError: false })).toEqual(["active", "succeeded"]);
    expect(described("cell_executed", { hasError: true, errorMessage: "NameError: x" })).toEqual(["error", "failed"]);
    const announced = { hasError: true, errorMessage: "NameError: x", expectedError: true };
    expect(described("cell_executed", announced)).toEqual(["active", "failed, as the cell announces"]);
  });

  it("of an interrupted run is neither a success nor a failure", () => {
    const interrupted = ["interrupted", "interrupted"];
    expect(described("cell_executed", { hasError: true, errorMessage: "KeyboardInterrupt: " })).toEqual(interrupted);
    expect(described("cell_executed", { hasError: true, errorMessage: "Traceback\n…\nKeyboardInterrupt" })).toEqual(
      interrupted,
    );
    const named = { hasError: true, errorMessage: "ValueError: no KeyboardInterrupt" };
    expect(described("cell_executed", named)).toEqual(["error", "failed"]);
  });

  it("of a cell that did not run says why, if the reason is known", () => {
    expect(described("cell_aborted", { reason: "earlier_error" })).toEqual([
      "aborted",
      "did not run: an earlier cell failed",
    ]);
    expect(described("cell_aborted", { reason: "toString" })).toEqual(["aborted", "did not run"]);
    expect(described("cell_aborted")).toEqual(["aborted", "did not run"]);
  });

  it("of a cell or a kernel has words; an unknown one has its type", () => {
    expect(described("cell_queued")).toEqual(["queued", "queued"]);
    expect(described("cell_waiting")).toEqual(["waiting", "waits for input"]);
    expect(described("kernel_restarted")[1]).toBe("restarted the kernel");
    expect(described("notebook_renamed")[1]).toBe("renamed the notebook");
    for (const type of ["quiz_answered", "failed", "constructor", "toString"]) {
      expect(described(type)).toEqual(["idle", type]);
    }
  });
});
