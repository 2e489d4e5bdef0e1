// @vitest-environment happy-dom
import { afterEach, expect, it } from "vitest";
import { linkFromAddress, linkIn } from "./link";

afterEach(() => history.replaceState(null, "", "/"));

it("the token is removed from the address, and the rest stays", () => {
  history.replaceState(null, "", "/?token=once&lang=ja#/class/python/grid");
  expect(linkFromAddress()).toBe("once");
  expect(location.search + location.hash).toBe("?lang=ja#/class/python/grid");
  expect(linkFromAddress()).toBe(null);
});

it("accepts a pasted link or its token", () => {
  expect(linkIn(" http://localhost:8000/?token=once#/ \n")).toBe("once");
  expect(linkIn("once")).toBe("once");
  expect(linkIn("http://localhost:8000/")).toBe("http://localhost:8000/");
});
