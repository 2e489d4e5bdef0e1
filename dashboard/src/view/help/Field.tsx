import type { TargetedEvent } from "preact";
import { useState } from "preact/hooks";
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
  const field = {
    ref: takeFocus,
    value: text,
    maxLength: longest,
    onInput: (event: TargetedEvent<HTMLInputElement | HTMLTextAreaElement>) => setText(event.currentTarget.value),
  };
  return (
    <form
      class="field"
      onSubmit={(event) => {
        event.preventDefault();
        onSave(text.trim());
      }}
    >
      {long ? (
        <label>
          {label}
          <textarea {...field} />
        </label>
      ) : (
        <label>
          {label}
          <input {...field} />
        </label>
      )}
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

/** Outside of the component, so that it is called once. */
function takeFocus(field: HTMLElement | null): void {
  field?.focus();
}
