import { describe, expect, it } from "vitest";
import { emptyClassroom } from "./classroom";
import { student } from "./fixtures";
import { NO_NAMES, RosterNames } from "./roster";

const ada = {
  userId: "ada@example.org",
  pseudonym: "s-1",
  userName: "Ada",
  teamName: null,
  joinedAt: null,
  guestIds: ["guest-a", "s-9"],
};
const bob = {
  userId: "bob@example.org",
  pseudonym: "s-2",
  userName: null,
  teamName: null,
  joinedAt: null,
  guestIds: [],
};
const names = new RosterNames([ada, bob]);
const room = {
  ...emptyClassroom("c", 0),
  students: new Map(["s-1", "s-2", "s-3"].map((userId) => [userId, student(userId)])),
};

describe("the names of a roster", () => {
  it("replace pseudonyms, and the id replaces a missing name", () => {
    expect([...names.room(room).students.values()].map(({ userId, userName }) => [userId, userName])).toEqual([
      ["s-1", "Ada"],
      ["s-2", "bob@example.org"],
      ["s-3", null],
    ]);
    expect(names.entryOf("s-1")?.userId).toBe("ada@example.org");
    expect(names.entryOf("s-3")).toBeNull();
  });

  it("replace the name and the team that a linked guest claims", () => {
    const claim = { userName: "The Dean", teamName: "West" };
    const guests = new Map(["guest-a", "s-9", "guest-b"].map((userId) => [userId, student(userId, claim)]));
    const shown = [...names.room({ ...room, students: guests }).students.values()];
    expect(shown.map(({ userId, userName, teamName }) => [userId, userName, teamName])).toEqual([
      ["guest-a", "Ada", null],
      ["s-9", "Ada", null],
      ["guest-b", "The Dean", "West"],
    ]);
    expect(names.entryOf("guest-a")?.userId).toBe("ada@example.org");
  });

  it("keep unchanged students identical", () => {
    const before = names.room(room).students;
    expect(names.room({ ...room, complete: 7 }).students).toBe(before);
    const after = names.room({ ...room, students: new Map(room.students).set("s-2", student("s-2")) }).students;
    expect(after.get("s-1")).toBe(before.get("s-1"));
  });

  it("change nothing when the roster is empty", () => {
    expect(NO_NAMES.room(room)).toBe(room);
  });
});
