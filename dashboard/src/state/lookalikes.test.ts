import { describe, expect, it } from "vitest";
import { doubtsAbout, skeleton, spelled } from "./lookalikes";

const people = (...ids: string[]) => ids.map((userId) => ({ userId, userName: null }));

describe("ids that look alike", () => {
  it.each([
    ["ada", "аda"], // Cyrillic
    ["ada", "ad\u200ba"],
    ["ada", "a\u202eda"],
    ["ada", "Ada"],
    ["ada", "ａｄａ"],
    ["ada", "𝐚𝐝𝐚"],
    ["ada@example.org", "ada@ехаmрlе.оrg"],
    ["posa", "ρosα"],
    ["s1001", "sl0O1"],
    ["modem", "modern"],
    ["カトウ", "力卜ウ"],
    ["ada", "ada "],
  ])("are those like %j and %j", (one, other) => {
    expect(skeleton(other)).toBe(skeleton(one));
    const doubts = doubtsAbout(people(one, other, "bob"));
    expect([...doubts.keys()]).toEqual([one, other]);
    expect(doubts.get(other)).toEqual({ kind: "alike", text: other, others: [one] });
  });

  it.each([
    ["ada", "adam"],
    ["s1001", "s1002"],
    ["佐藤", "佐籐"],
    ["éva", "eva"],
    ["s-0a1b", "s-0a1c"],
  ])("are not those like %j and %j", (one, other) => {
    expect(doubtsAbout(people(one, other)).size).toBe(0);
  });
});

describe("an id or name alone", () => {
  it.each([
    ["ad\u200ba", "invisible"],
    ["a\u202eda", "invisible"],
    ["аda", "mixed"],
    ["Ρeter", "mixed"],
  ])("%j is in doubt", (text, kind) => {
    expect(doubtsAbout(people(text)).get(text)).toEqual({ kind, text });
    expect(doubtsAbout([{ userId: "u1", userName: text }]).get("u1")).toEqual({ kind, text });
  });

  it.each(["ada", "Иван Петров", "Ιωάννης", "佐藤 Ada", "Zoë", "u_1-x@example.org", "山田タロウ"])(
    "%j is not",
    (text) => {
      expect(doubtsAbout(people(text)).size).toBe(0);
    },
  );
});

it("a text is spelled with the code points of its unusual characters", () => {
  expect(spelled("ada")).toBe("ada");
  expect(spelled("аda")).toBe("аda (U+0430)");
  expect(spelled("a\u202eda")).toBe("a�da (U+202E)");
});
