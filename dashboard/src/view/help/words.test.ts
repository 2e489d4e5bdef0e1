// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { student } from "../../state/fixtures";
import type { Reason } from "../../state/need";
import { en, ja } from "./texts";
import { claimWords, reasonWords } from "./words";

const NOW = Date.parse("2026-01-01T10:00:00Z");
const MINUTE = 60_000;
const ada = student("ada", { cellIndex: 6, lastErrorName: "NameError" });
const words = (reasons: readonly [Reason, ...Reason[]], texts = en, who = ada) => reasonWords(who, reasons, NOW, texts);

describe("a reason", () => {
  it("is shown in words", () => {
    expect(words([{ kind: "streak", since: NOW, count: 4 }])).toBe("4 errors in a row in cell 7: NameError");
    expect(words([{ kind: "hand", since: NOW - 3 * MINUTE, count: null }])).toBe("hand up for 3 min");
    expect(words([{ kind: "running", since: NOW - 2 * MINUTE, count: null }])).toBe(
      "cell 7 has been running for 2 min",
    );
    expect(words([{ kind: "behind", since: NOW - 8 * MINUTE, count: null }])).toBe(
      "no run for 8 min while the class moved on",
    );
  });

  it("omits unknown details", () => {
    const unknown = student("b");
    expect(words([{ kind: "streak", since: NOW, count: 3 }], en, unknown)).toBe("3 errors in a row");
    expect(words([{ kind: "running", since: NOW - MINUTE, count: null }], en, unknown)).toBe(
      "a cell has been running for 1 min",
    );
  });

  it("is listed with the others, the most urgent first", () => {
    expect(
      words([
        { kind: "hand", since: NOW - MINUTE, count: null },
        { kind: "streak", since: NOW, count: 3 },
      ]),
    ).toBe("hand up for 1 min · 3 errors in a row in cell 7: NameError");
  });

  it("is shown in Japanese too", () => {
    expect(words([{ kind: "streak", since: NOW, count: 4 }], ja, student("b", { lastErrorName: "KeyError" }))).toBe(
      "4 回連続でエラー: KeyError",
    );
  });
});

it("a claim names the teacher, or the user", () => {
  const attention = {
    claimedBy: "Ms Sato",
    claimedAt: "2026-01-01T09:58:00Z",
    snoozedUntil: null,
    resolvedAt: null,
    resolvedErrors: 0,
    resolvedHelp: null,
    note: null,
  };
  expect(claimWords({ ...ada, attention }, "Mr Ito", NOW)).toBe("with Ms Sato for 2 min");
  expect(claimWords({ ...ada, attention }, "Ms Sato", NOW)).toBe("with you for 2 min");
  expect(claimWords(ada, "Ms Sato", NOW)).toBe("");
});
