import { useEffect, useRef, useState } from "preact/hooks";
import { h } from "./words";

interface Props {
  readonly label: string;
  readonly value: string;
  readonly longest: number;
  /** For several lines. */
  readonly long?: boolean;
  readonly onSave: (text: string) => void;
  readonly onCancel: () => void;
}

/** A text that is asked for in place. */
export function Field({ label, value, longest, long = false, onSave, onCancel }: Props) {
  const [text, setText] = useState(value);
  const field = useRef<HTMLInputElement & HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);
  const Tag = long ? "textarea" : "input";
  return (
    <form
      class="field"
      onSubmit={(event) => {
        event.preventDefault();
        onSave(text.trim());
      }}
    >
      <label>
        {label}
        <Tag
          ref={field}
          value={text}
          maxLength={longest}
          onInput={(event: Event) => setText((event.currentTarget as HTMLInputElement).value)}
        />
      </label>
      <div class="buttons">
        <button type="submit" class="button primary">
          {h.attend.save}
        </button>
        <button type="button" class="button" onClick={onCancel}>
          {h.attend.cancel}
        </button>
      </div>
    </form>
  );
}
