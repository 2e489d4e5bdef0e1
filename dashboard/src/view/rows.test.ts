import { describe, expect, it } from "vitest";
import { around, type Piece, piecesOf } from "./rows";

const drawn = (startIndex: number, endIndex: number, kept = -1, count = 1000) =>
  around({ startIndex, endIndex, count }, kept);
const total = (pieces: readonly Piece[], rowHeight: number) =>
  pieces.reduce((sum, piece) => sum + ("space" in piece ? piece.space : rowHeight), 0);

describe("the rendered rows", () => {
  it("cover the viewport and a margin", () => {
    for (let first = 0; first < 1000; first += 7) {
      const last = Math.min(999, first + 19);
      const rows = drawn(first, last);
      expect(rows[0]).toBeLessThanOrEqual(Math.max(0, first - 9));
      expect(rows.at(-1)).toBeGreaterThanOrEqual(Math.min(999, last + 9));
      expect(rows.length).toBeLessThan(60);
      expect(rows).toEqual([...new Set(rows)].sort((one, other) => one - other));
    }
  });

  it("change only every few rows", () => {
    expect(drawn(103, 122)).toEqual(drawn(105, 124));
  });

  it("include the row with keyboard focus at any scroll position", () => {
    expect(drawn(500, 519, 7)[0]).toBe(7);
    expect(drawn(500, 519, 900).at(-1)).toBe(900);
    expect(drawn(500, 519, 510)).toEqual(drawn(500, 519));
    expect(drawn(500, 519, -1)).toEqual(drawn(500, 519));
  });

  it("do not include removed rows", () => {
    expect(drawn(0, 39, 900, 40)).toEqual(Array.from({ length: 40 }, (_, row) => row));
  });
});

describe("the spacers", () => {
  it("replace every row that is not rendered", () => {
    expect(piecesOf([7, 100, 101], 1000, 30)).toEqual([
      { space: 210 },
      { row: 7 },
      { space: 92 * 30 },
      { row: 100 },
      { row: 101 },
      { space: 898 * 30 },
    ]);
    expect(total(piecesOf(drawn(500, 519, 7), 1000, 30), 30)).toBe(30_000);
  });

  it("are absent when all rows are rendered", () => {
    expect(piecesOf([0, 1, 2], 3, 30)).toEqual([{ row: 0 }, { row: 1 }, { row: 2 }]);
    expect(piecesOf([], 0, 30)).toEqual([]);
  });
});
