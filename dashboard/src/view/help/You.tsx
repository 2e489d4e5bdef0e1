import { useState } from "preact/hooks";
import { Field } from "./Field";
import { h } from "./words";

export const NAME_LENGTH = 64;

/** The teacher's name, which can be changed. */
export function You({ teacher, onTeacher }: { teacher: string; onTeacher: (name: string) => void }) {
  const [renaming, setRenaming] = useState(false);
  if (!renaming) {
    return (
      <p class="you">
        {h.you}{" "}
        <button type="button" class="button" onClick={() => setRenaming(true)}>
          {teacher}
        </button>
      </p>
    );
  }
  return (
    <Field
      label={h.attend.nameLabel}
      value={teacher}
      longest={NAME_LENGTH}
      onCancel={() => setRenaming(false)}
      onSave={(name) => {
        onTeacher(name);
        setRenaming(false);
      }}
    />
  );
}
