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

it("waits for the answer under way, then goes to where it is wanted by then", async () => {
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

it("goes on after an answer that failed", async () => {
  const place = document.createElement("div");
  await act(() => render(<Probe wanted={1} />, place));
  const failing = track(Promise.reject(new Error("away")));
  await act(() => render(<Probe wanted={2} />, place));
  await act(async () => {
    await expect(failing).rejects.toThrow("away");
  });
  expect(version).toBe(2);
});
