import { useState } from "preact/hooks";
import { Dialog } from "../Dialog";
import { Problem } from "../Problem";
import { useSaving } from "../useSaving";
import { endingAt } from "./endingAt";
import { m } from "./words";

interface Props {
  readonly heading: string;
  readonly explain: string;
  readonly onRotate: (wish: { overlapSeconds: number; expiresAt?: string }) => Promise<unknown>;
  readonly onClose: () => void;
}

const DAY = 86_400;

/** Replaces a key, with a period in which both are valid. */
export function Rotate({ heading, explain, onRotate, onClose }: Props) {
  const [overlap, setOverlap] = useState(DAY);
  const [until, setUntil] = useState("");
  const { busy, problem, save } = useSaving();
  return (
    <Dialog heading={heading} onClose={onClose}>
      <form
        class="stacked"
        onSubmit={(event) => {
          event.preventDefault();
          void save(() => onRotate({ overlapSeconds: overlap, ...endingAt(until) })).then((done) => done && onClose());
        }}
      >
        <p>{explain}</p>
        <label>
          {m.keys.overlap}
          <select value={overlap} onChange={(event) => setOverlap(Number(event.currentTarget.value))}>
            {Object.entries(m.keys.overlaps).map(([seconds, words]) => (
              <option key={seconds} value={seconds}>
                {words}
              </option>
            ))}
          </select>
        </label>
        <label>
          {m.keys.newUntil}
          <input type="date" value={until} onInput={(event) => setUntil(event.currentTarget.value)} />
        </label>
        <Problem text={problem} />
        <p class="buttons">
          <button type="button" class="button" onClick={onClose}>
            {m.cancel}
          </button>
          <button type="submit" class="button primary" aria-disabled={busy} data-testid="rotate">
            {m.keys.rotate}
          </button>
        </p>
      </form>
    </Dialog>
  );
}
