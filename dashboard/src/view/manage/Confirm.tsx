import { Dialog } from "../Dialog";
import { Problem } from "../Problem";
import { useSaving } from "../useSaving";
import { m } from "./words";

interface Props {
  /** The action, as heading and button text. */
  readonly heading: string;
  readonly explain: string;
  readonly words?: Readonly<Record<number, string>>;
  readonly onConfirm: () => Promise<unknown>;
  readonly onClose: () => void;
}

/** Asks for confirmation before an action that cannot be undone. */
export function Confirm({ heading, explain, words, onConfirm, onClose }: Props) {
  const { busy, problem, save } = useSaving(words);
  return (
    <Dialog heading={heading} onClose={onClose}>
      <p>{explain}</p>
      <Problem text={problem} />
      <p class="buttons">
        <button type="button" class="button" onClick={onClose}>
          {m.cancel}
        </button>
        <button
          type="button"
          class="button danger"
          aria-disabled={busy}
          onClick={() => void save(onConfirm).then((done) => done && onClose())}
          data-testid="confirm"
        >
          {heading}
        </button>
      </p>
    </Dialog>
  );
}
