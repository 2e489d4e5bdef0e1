// @vitest-environment happy-dom

import { describe, expect, it } from "vitest";
import { json } from "../../session/fixtures";
import { buttonOf, fill, press, settled, textOf } from "../fixtures";
import { KEY } from "./fixtures";
import { BASE, changes, page, prepare, show } from "./scene";

prepare();

describe("keys", () => {
  const fresh = { ...KEY, keyId: 8, hint: "new1", key: "cpk_secret", path: null, expiresAt: null };

  it("a key is shown once", async () => {
    await show({ [`POST ${BASE}/keys`]: () => json(fresh, 201) });
    await press(page, "Create key");
    await settled();
    expect(page.querySelector<HTMLInputElement>("[data-testid=fresh-key] input")?.value).toBe("cpk_secret");
    await press(page, "I have copied it");
    expect(page.innerHTML).not.toContain("cpk_secret");
  });

  it("a rotated key stays valid for the overlap", async () => {
    await show({ [`POST ${BASE}/keys`]: () => json(fresh, 201) });
    await press(page, "Rotate the key x9Zk");
    const dialog = page.querySelector("dialog")!;
    await fill(dialog, "Keep the old key valid for", "3600");
    await press(dialog, "Rotate");
    await settled();
    expect(changes()).toEqual([[`POST ${BASE}/keys`, { replaces: 7, overlapSeconds: 3600 }]]);
    expect(page.querySelector("[data-testid=fresh-key]")).not.toBe(null);
  });

  it("a key is revoked only after confirmation", async () => {
    await show({ [`DELETE ${BASE}/keys/7`]: () => new Response(null, { status: 204 }) });
    await press(page, "Revoke the key x9Zk");
    expect(changes()).toEqual([]);
    await press(page.querySelector("dialog")!, "Revoke the key x9Zk");
    await settled();
    expect(changes()).toEqual([[`DELETE ${BASE}/keys/7`, null]]);
    expect(page.querySelector("dialog")).toBe(null);
  });

  it("an expired key cannot be rotated", async () => {
    const over = { ...KEY, expiresAt: "2026-01-02T00:00:00Z", revokedAt: "2026-01-02T00:00:00Z" };
    await show({ [`GET ${BASE}/keys`]: () => json({ keys: [over] }) });
    expect(() => buttonOf(page, "Rotate the key x9Zk")).toThrow();
    expect(textOf(page, "[data-testid=keys]")).toContain("revoked");
  });
});

describe("addresses with a key", () => {
  const inPath = { ...KEY, keyId: 8, hint: "new1", inPath: true };
  const fresh = { ...inPath, key: "cpp_secret", path: "/api/v1/keyed/cpp_secret/events" };
  const section = () => page.querySelector<HTMLElement>("[aria-labelledby=addresses]")!;

  it("are switched off until the teacher has read what an address permits", async () => {
    await show({ [`POST ${BASE}/keys`]: () => json(fresh, 201) });
    expect(section().textContent).toContain("Switched off");
    await press(section(), "Switch on: create an address");
    const dialog = page.querySelector("dialog")!;
    expect(dialog.textContent).toContain("in the name of any student");
    expect(changes()).toEqual([]);
    await press(dialog, "Switch on: create an address");
    await settled();
    expect(changes()).toEqual([[`POST ${BASE}/keys`, { inPath: true }]]);
    const shown = page.querySelector<HTMLInputElement>("[data-testid=fresh-key] input")?.value;
    expect(shown).toBe(`${location.origin}/api/v1/keyed/cpp_secret/events`);
    await press(page, "I have copied it");
    expect(page.innerHTML).not.toContain("cpp_secret");
  });

  it("are listed apart from class keys, and rotated as addresses", async () => {
    await show({
      [`GET ${BASE}/keys`]: () => json({ keys: [inPath, KEY] }),
      [`POST ${BASE}/keys`]: () => json(fresh, 201),
    });
    expect([textOf(page, "[data-testid=keys] code"), textOf(page, "[data-testid=addresses] code")]).toEqual([
      "…x9Zk",
      "…new1",
    ]);
    expect(() => buttonOf(section(), "Create another address")).not.toThrow();
    await press(page, "Rotate the address with the key new1");
    await press(page.querySelector("dialog")!, "Rotate");
    await settled();
    expect(changes()).toEqual([[`POST ${BASE}/keys`, { inPath: true, replaces: 8, overlapSeconds: 86400 }]]);
  });

  it("are switched off again when the last one is revoked", async () => {
    let revokedAt: string | null = null;
    await show({
      [`GET ${BASE}/keys`]: () => json({ keys: [{ ...inPath, revokedAt }] }),
      [`DELETE ${BASE}/keys/8`]: () => {
        revokedAt = "2026-01-02T00:00:00Z";
        return new Response(null, { status: 204 });
      },
    });
    expect(section().textContent).not.toContain("Switched off");
    await press(page, "Revoke the address with the key new1");
    await press(page.querySelector("dialog")!, "Revoke the address with the key new1");
    await settled();
    expect(section().textContent).toContain("Switched off");
    expect(textOf(page, "[data-testid=addresses]")).toContain("revoked");
  });

  it("are said to be refused while the class accepts student tokens only", async () => {
    await show({ [`GET ${BASE}/keys`]: () => json({ keys: [inPath] }) }, { studentsOnly: true });
    expect(textOf(page, "[data-testid=addresses-refused]")).toContain("student tokens only");
  });
});
