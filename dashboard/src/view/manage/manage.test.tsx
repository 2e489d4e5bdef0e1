// @vitest-environment happy-dom

import { act } from "preact/test-utils";
import { describe, expect, it, vi } from "vitest";
import { json } from "../../session/fixtures";
import { fieldOf, fill, press, settled, textOf } from "../fixtures";
import { CLASS, GRACE } from "./fixtures";
import { BASE, changes, look, page, prepare, requests, show } from "./scene";

prepare();

/** The files that the page saves from now on. */
function savedFiles(): Blob[] {
  const files: Blob[] = [];
  vi.spyOn(URL, "createObjectURL").mockImplementation((file) => {
    files.push(file as Blob);
    return "blob:x";
  });
  return files;
}

const statuses = () => [...page.querySelectorAll("[role=status]")].map((found) => found.textContent).join("");

describe("permissions", () => {
  it("an assistant sees no settings, and the page requests none", async () => {
    await show({}, { role: "assistant" });
    expect(page.textContent).toContain("Only instructors and co-instructors");
    expect(requests).toEqual([]);
  });

  it("a co-instructor sees everything except members", async () => {
    await show({}, { role: "co-instructor" });
    expect([...page.querySelectorAll("h3")].map((heading) => heading.id)).toEqual([
      "basics",
      "keys",
      "addresses",
      "roster",
      "codes",
      "tokens",
      "guests",
    ]);
    expect(requests.map(({ what }) => what)).not.toContain(`GET ${BASE}/members`);
  });

  it("the operator may register a class that was created by its events", async () => {
    const operator = { name: "operator", email: null, operator: true, mayCreateClasses: true };
    await show({ "POST /api/v1/manage/classes": () => json({}, 201) }, null, { person: operator });
    await press(page, "Register class");
    await settled();
    expect(changes()).toEqual([["POST /api/v1/manage/classes", { classId: "python/1", title: "python/1" }]]);
    expect(look).toHaveBeenCalled();
  });
});

describe("what is kept", () => {
  it("saves only the changed fields", async () => {
    await show({ [`PATCH ${BASE}`]: () => json({}) });
    const hash = page.querySelector<HTMLInputElement>("[value=hash]")!;
    await act(async () => hash.click());
    await press(page, "Save");
    await settled();
    expect(changes()).toEqual([[`PATCH ${BASE}`, { privacy: "hash" }]]);
    expect(statuses()).toContain("Saved.");
    expect(look).toHaveBeenCalled();
  });

  it("sets and removes the last day of the class", async () => {
    await show({ [`PATCH ${BASE}`]: () => json({}) }, { ...CLASS, endsOn: "2027-03-31" });
    for (const day of ["2027-06-30", ""]) {
      await fill(page, "Last day", day);
      await press(page, "Save");
      await settled();
    }
    expect(changes().map(([, body]) => body)).toEqual([{ endsOn: "2027-06-30" }, { endsOn: null }]);
  });

  it("describes each privacy level", async () => {
    await show();
    const words = [...page.querySelectorAll("fieldset .choice small")].map((found) => found.textContent);
    expect(words.length).toBe(4);
    expect(words[1]).toContain("Code and output of failed runs only");
  });

  it("shows why a change was refused, with the server's message", async () => {
    await show({ [`PATCH ${BASE}`]: () => json({ error: "title: at most 200 characters" }, 422) });
    await fill(page, "Title", "P");
    await press(page, "Save");
    await settled();
    expect(textOf(page, "[role=alert]")).toBe("Saving failed. Try again.\ntitle: at most 200 characters");
  });
});

describe("members", () => {
  it("only an assistant has a team", async () => {
    await show({ [`PUT ${BASE}/members/ito%40example.org`]: () => json({}) });
    const form = page.querySelector<HTMLElement>("form[aria-labelledby=add-member]")!;
    await fill(form, "Email address", "ito@example.org");
    await fill(form, "Team", " East ");
    await press(form, "Add");
    await settled();
    await fill(form, "Email address", "ito@example.org");
    await fill(form, "Role", "co-instructor");
    await press(form, "Add");
    await settled();
    expect(changes().map(([, body]) => body)).toEqual([
      { role: "assistant", teamName: "East" },
      { role: "co-instructor" },
    ]);
  });

  it("the last instructor cannot be removed", async () => {
    await show({
      [`DELETE ${BASE}/members/sato%40example.org`]: () => json({ error: "the last instructor stays" }, 409),
    });
    await press(page, "Remove sato@example.org");
    const dialog = page.querySelector("dialog")!;
    await press(dialog, "Remove sato@example.org");
    await settled();
    expect(textOf(dialog, "[role=alert]")).toContain("A class needs an instructor");
  });
});

describe("the roster", () => {
  it("shows the wrong lines, and keeps the text for correction", async () => {
    await show({ [`PUT ${BASE}/roster`]: () => json({ error: "line 3: a userId is missing" }, 422) });
    await fill(page, "or paste it here", "userId\nada\n,");
    await press(page, "Import");
    await settled();
    expect(textOf(page, "[role=alert]")).toBe(
      "Nothing was imported. Correct this and import again:\nline 3: a userId is missing",
    );
    expect(fieldOf(page, "or paste it here").value).toBe("userId\nada\n,");
  });

  it("shows what an import changed, and reloads the roster", async () => {
    await show({ [`PUT ${BASE}/roster`]: () => json({ added: 2, changed: 1, removed: 0 }) });
    await fill(page, "or paste it here", "userId\nada");
    await press(page, "Import");
    await settled();
    expect(changes()).toEqual([[`PUT ${BASE}/roster`, { csv: "userId\nada" }]]);
    expect(textOf(page, "[data-testid=imported]")).toBe("2 added, 1 changed, 0 removed.");
    expect(requests.filter(({ what }) => what === `GET ${BASE}/roster`).length).toBe(2);
  });

  it("marks ids that look alike, and explains why", async () => {
    const other = { ...GRACE, userId: "grаce@example.org", userName: null };
    await show({ [`GET ${BASE}/roster`]: () => json({ students: [GRACE, other] }) });
    const marks = [...page.querySelectorAll("[data-testid=roster] [data-testid=doubt]")];
    expect(marks.map((mark) => mark.getAttribute("title"))).toEqual([
      "The ID grace@example.org looks like the ID of another student: grаce@example.org (U+0430).",
      "The ID grаce@example.org (U+0430) looks like the ID of another student: grace@example.org.",
    ]);
  });

  it("hides names on a projector", async () => {
    await show({}, {}, { hidden: true });
    expect(page.innerHTML).not.toContain("Grace");
    expect(page.innerHTML).not.toContain("grace@example.org");
    expect(page.innerHTML).not.toContain("guest-a");
  });

  it("saves personal codes to a file, and does not show them", async () => {
    const files = savedFiles();
    const code = { userId: GRACE.userId, code: "7KQ2-M4TD-9XHB-0RWE", expiresAt: "2026-02-01T00:00:00Z" };
    await show({ [`POST ${BASE}/personal-codes`]: () => json({ codes: [code] }) });
    await press(page, "Create codes and save as CSV");
    await settled();
    expect(changes()).toEqual([[`POST ${BASE}/personal-codes`, { days: 30 }]]);
    expect(await files[0]!.text()).toContain("7KQ2-M4TD-9XHB-0RWE");
    expect(page.innerHTML).not.toContain("7KQ2");
    expect(statuses()).toContain("1 code was saved as CSV.");
  });

  it("links a guest to the roster, and removes one after confirmation", async () => {
    await show({
      [`PUT ${BASE}/guests/guest-a`]: () => json({}),
      [`DELETE ${BASE}/guests/guest-a`]: () => json({}),
    });
    await fill(page, "The student on the roster who is Grace?", GRACE.userId);
    await settled();
    await press(page, "Remove the guest Grace?");
    await press(page.querySelector("dialog")!, "Remove the guest Grace?");
    await settled();
    expect(changes()).toEqual([
      [`PUT ${BASE}/guests/guest-a`, { rosterUserId: GRACE.userId }],
      [`DELETE ${BASE}/guests/guest-a`, null],
    ]);
    expect(requests.filter(({ what }) => what === `GET ${BASE}/guests`).length).toBe(3);
  });

  it("saves student tokens to a file, and does not show them", async () => {
    const files = savedFiles();
    await show({
      [`POST ${BASE}/student-tokens`]: () => json({ tokens: [{ userId: GRACE.userId, token: "jwt.of.grace" }] }),
    });
    await press(page, "Create tokens and save as CSV");
    await settled();
    expect(changes()).toEqual([[`POST ${BASE}/student-tokens`, { days: 180 }]]);
    expect((await files[0]!.text()).trim().split("\r\n").pop()).toBe("grace@example.org,Grace,jwt.of.grace");
    expect(page.innerHTML).not.toContain("jwt.of.grace");
    expect(statuses()).toContain("1 token was saved as CSV.");
  });

  it("revokes all student tokens after confirmation", async () => {
    await show({ [`PATCH ${BASE}`]: () => json({}) });
    await press(page, "Revoke all student tokens");
    await press(page.querySelector("dialog")!, "Revoke all student tokens");
    await settled();
    expect(changes()).toEqual([[`PATCH ${BASE}`, { revokeStudentTokens: true }]]);
  });
});
