import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { KeyView, NewKey } from "../../generated/api";
import type { ManageApi } from "../../session/manage";
import { Problem } from "../Problem";
import { useSaving } from "../useSaving";
import { Confirm } from "./Confirm";
import { endingAt } from "./endingAt";
import { FreshKey } from "./FreshKey";
import { KeyTable } from "./KeyTable";
import { Rotate } from "./Rotate";
import { m } from "./words";

/** The words that differ between class keys and addresses with a path key. */
export type KeyWords = Pick<
  typeof m.keys,
  "heading" | "explain" | "none" | "hint" | "make" | "rotateOf" | "rotating" | "revokeOf" | "revoking" | "fresh"
>;

interface Props {
  readonly manage: ManageApi;
  readonly classId: string;
  /** The section's id, which its test ids begin with. */
  readonly id: string;
  /** Whether these are path keys. */
  readonly inPath: boolean;
  /** The keys of this kind; null while they are loaded. */
  readonly keys: readonly KeyView[] | null;
  readonly words: KeyWords;
  /** What the teacher has to agree to before a key is made. */
  readonly warning?: string;
  readonly onChanged: () => void;
  readonly children?: ComponentChildren;
}

/** The keys of one kind: made, rotated and revoked. */
export function KeySection({ manage, classId, id, inPath, keys, words, warning, onChanged, children }: Props) {
  const [until, setUntil] = useState("");
  const [fresh, setFresh] = useState<NewKey | null>(null);
  const [agreeing, setAgreeing] = useState(false);
  const [rotating, setRotating] = useState<KeyView | null>(null);
  const [revoking, setRevoking] = useState<KeyView | null>(null);
  const { busy, problem, save } = useSaving();
  const make = async (wish: Parameters<ManageApi["makeKey"]>[1]) => {
    setFresh(await manage.makeKey(classId, inPath ? { inPath, ...wish } : wish));
    onChanged();
  };
  return (
    <section aria-labelledby={id}>
      <h3 id={id}>{words.heading}</h3>
      <p class="soft">{words.explain}</p>
      {children}
      {fresh && <FreshKey key={fresh.keyId} made={fresh} label={words.fresh} onDone={() => setFresh(null)} />}
      {keys?.length === 0 && <p>{words.none}</p>}
      {keys && keys.length > 0 && (
        <KeyTable keys={keys} words={words} onRotate={setRotating} onRevoke={setRevoking} testId={id} />
      )}
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault();
          if (warning) setAgreeing(true);
          else void save(() => make(endingAt(until)));
        }}
      >
        <label>
          {m.keys.until}
          <input type="date" value={until} onInput={(event) => setUntil(event.currentTarget.value)} />
        </label>
        <button type="submit" class="button primary" aria-disabled={busy} data-testid={`make-${id}`}>
          {words.make}
        </button>
        <Problem text={problem} />
      </form>
      {warning && agreeing && (
        <Confirm
          heading={words.make}
          explain={warning}
          onClose={() => setAgreeing(false)}
          onConfirm={() => make(endingAt(until))}
        />
      )}
      {rotating && (
        <Rotate
          heading={words.rotateOf(rotating.hint)}
          explain={words.rotating}
          onClose={() => setRotating(null)}
          onRotate={(wish) => make({ replaces: rotating.keyId, ...wish })}
        />
      )}
      {revoking && (
        <Confirm
          heading={words.revokeOf(revoking.hint)}
          explain={words.revoking}
          onClose={() => setRevoking(null)}
          onConfirm={async () => {
            await manage.revokeKey(classId, revoking.keyId);
            onChanged();
          }}
        />
      )}
    </section>
  );
}
