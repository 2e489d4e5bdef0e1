import { afterEach, describe, expect, it, vi } from "vitest";
import { fetchUnavailable, unavailableParts } from "./health";

afterEach(() => vi.unstubAllGlobals());

const answer = (status: number, body: unknown) =>
  vi.stubGlobal("fetch", () => Promise.resolve(Response.json(body, { status })));

describe("the unavailable services", () => {
  it("are those with the status away", () => {
    const dependencies = { postgresql: { status: "away" }, redis: { status: "ready" }, other: { status: "away" } };
    expect(unavailableParts({ dependencies })).toEqual(["postgresql"]);
  });

  it("are also read from a 503", async () => {
    answer(503, { status: "not ready", dependencies: { redis: { status: "away" } } });
    expect(await fetchUnavailable()).toEqual(["redis"]);
  });

  it("are unknown when something else answers", async () => {
    answer(502, {});
    expect(await fetchUnavailable()).toEqual([]);
  });
});
