import { useEffect, useRef, useState } from "preact/hooks";
import type { NewKey } from "../../generated/api";
import { m } from "./words";

interface Props {
  readonly made: NewKey;
  readonly label: string;
  readonly onDone: () => void;
}

/** Shows a new key, or the address with a new path key, once. */
export function FreshKey({ made, label, onDone }: Props) {
  const shown = made.path === null ? made.key : `${location.origin}${made.path}`;
  const [copied, setCopied] = useState<boolean | null>(null);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(shown);
      setCopied(true);
    } catch (error) {
      // The clipboard needs a secure context: it is not available over plain http.
      console.warn("copying to the clipboard failed", error);
      field.current?.select();
      setCopied(false);
    }
  };
  return (
    <div class="fresh" data-testid="fresh-key">
      <label>
        <strong>{label}</strong>
        <input
          ref={field}
          readOnly
          spellcheck={false}
          value={shown}
          onFocus={(event) => event.currentTarget.select()}
        />
      </label>
      <p>{m.keys.once}</p>
      <p class="buttons">
        <button type="button" class="button primary" onClick={() => void copy()}>
          {m.keys.copy}
        </button>
        <button type="button" class="button" onClick={onDone}>
          {m.keys.done}
        </button>
        <span role="status">{copied === null ? "" : copied ? m.keys.copied : m.keys.notCopied}</span>
      </p>
    </div>
  );
}
