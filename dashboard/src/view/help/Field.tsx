import type { TargetedEvent } from "preact";
import { useState } from "preact/hooks";
import { h } from "./words";

interface Props {
  readonly label: string;
  readonly value: string;
  readonly longest: number;
  /** Whether the field has several lines. */
  readonly long?: boolean;
  readonly onSave: (text: string) => void;
  readonly onCancel: () => void;
}

/** An inline form with one text field. */
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

/** Defined outside the component, so that it runs once. */
function takeFocus(field: HTMLElement | null): void {
  field?.focus();
}
