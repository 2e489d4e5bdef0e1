import { afterEach, describe, expect, it, vi } from "vitest";
import { awayParts, fetchAway } from "./health";

afterEach(() => vi.unstubAllGlobals());

const answer = (status: number, body: unknown) =>
  vi.stubGlobal("fetch", () => Promise.resolve(Response.json(body, { status })));

describe("the parts that are away", () => {
  it("are those that say so", () => {
    const dependencies = { postgresql: { status: "away" }, redis: { status: "ready" }, other: { status: "away" } };
    expect(awayParts({ dependencies })).toEqual(["postgresql"]);
  });

  it("are read from an answer that is no success", async () => {
    answer(503, { status: "not ready", dependencies: { redis: { status: "away" } } });
    expect(await fetchAway()).toEqual(["redis"]);
  });

  it("are unknown when something else answers", async () => {
    answer(502, {});
    expect(await fetchAway()).toEqual([]);
  });
});
