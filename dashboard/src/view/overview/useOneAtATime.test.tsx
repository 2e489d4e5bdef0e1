// @vitest-environment happy-dom
import { render } from "preact";
import { act } from "preact/test-utils";
import { expect, it } from "vitest";
import { useOneAtATime } from "./useOneAtATime";

let version = 0;
let track: ReturnType<typeof useOneAtATime>[1];

function Probe({ wanted }: { wanted: number }) {
  [version, track] = useOneAtATime(wanted);
  return null;
}

it("waits for the pending answer, then follows the latest value", async () => {
  const place = document.createElement("div");
  const want = (wanted: number) => act(() => render(<Probe wanted={wanted} />, place));
  await want(1);
  let answer = (_: string) => {};
  const shown = track(new Promise<string>((resolve) => (answer = resolve)));
  await want(2);
  await want(3);
  expect(version).toBe(1);
  await act(async () => {
    answer("done");
    await shown;
  });
  expect(version).toBe(3);
  await want(4);
  expect(version).toBe(4);
});

it("continues after a failed answer", async () => {
  const place = document.createElement("div");
  await act(() => render(<Probe wanted={1} />, place));
  const failing = track(Promise.reject(new Error("unavailable")));
  await act(() => render(<Probe wanted={2} />, place));
  await act(async () => {
    await expect(failing).rejects.toThrow("unavailable");
  });
  expect(version).toBe(2);
});
