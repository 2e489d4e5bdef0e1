import { useRef, useState } from "preact/hooks";
import type { StudentProgress } from "../../generated/wire";
import type { Api, AttentionChange } from "../../session/api";
import { Failed } from "../../session/http";
import { Field } from "./Field";
import { h } from "./words";
import { NAME_LENGTH } from "./You";

const SNOOZES = [5, 10, 20];
const NOTE_LENGTH = 500;

export interface AttendProps {
  readonly api: Api;
  readonly classId: string;
  readonly student: StudentProgress;
  /** The displayed name. */
  readonly name: string;
  /** The teacher's name; empty until entered. */
  readonly teacher: string;
  readonly onTeacher: (name: string) => void;
}

type Panel = "name" | "snooze" | "note";

/** A teacher's actions for a student; all teachers of the class see them. */
export function Attend({ api, classId, student, name, teacher, onTeacher }: AttendProps) {
  const [panel, setPanel] = useState<Panel | null>(null);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<{ change: AttentionChange; taken: boolean } | null>(null);
  const box = useRef<HTMLFieldSetElement>(null);
  const claimed = student.attention?.claimedBy != null;

  const send = async (change: AttentionChange) => {
    if (busy) return;
    setBusy(true);
    setFailed(null);
    try {
      await api.attend(classId, student.userId, change);
    } catch (error) {
      console.warn("a teacher's action could not be saved", error);
      setFailed({ change, taken: error instanceof Failed && error.status === 409 });
    } finally {
      setBusy(false);
    }
  };
  const close = () => {
    // The focused field disappears, so its button gets the focus.
    box.current?.querySelector<HTMLElement>('[aria-expanded="true"]')?.focus();
    setPanel(null);
  };
  const claim = (by: string) => send({ action: "claim", by });
  // `disabled` would take the focus from a keyboard user.
  const button = (words: string, onClick: () => void, opens?: Panel) => (
    <button
      type="button"
      class="button"
      aria-disabled={busy}
      aria-expanded={opens && panel === opens}
      onClick={() => !busy && onClick()}
    >
      {words}
    </button>
  );
  const toggle = (opens: Panel) => (panel === opens ? close() : setPanel(opens));

  return (
    <fieldset
      class="attend"
      aria-label={h.attend.of(name)}
      ref={box}
      onKeyDown={(event) => event.key === "Escape" && panel && close()}
    >
      <div class="buttons">
        {claimed
          ? button(h.attend.release, () => send({ action: "release" }))
          : button(h.attend.claim, () => (teacher ? claim(teacher) : toggle("name")), teacher ? undefined : "name")}
        {button(h.attend.resolve, () => send({ action: "resolve" }))}
        {button(h.attend.snooze, () => toggle("snooze"), "snooze")}
        {button(h.attend.note, () => toggle("note"), "note")}
      </div>
      {panel === "snooze" && (
        <div class="buttons">
          {SNOOZES.map((minutes) =>
            button(h.attend.minutes(minutes), () => {
              close();
              void send({ action: "snooze", minutes });
            }),
          )}
        </div>
      )}
      {panel === "name" && (
        <Field
          label={h.attend.nameLabel}
          value={teacher}
          longest={NAME_LENGTH}
          onCancel={close}
          onSave={(given) => {
            if (!given) return;
            close();
            onTeacher(given);
            void claim(given);
          }}
        />
      )}
      {panel === "note" && (
        <Field
          label={h.attend.noteLabel}
          value={student.attention?.note ?? ""}
          longest={NOTE_LENGTH}
          long
          onCancel={close}
          onSave={(note) => {
            close();
            void send({ action: "note", note });
          }}
        />
      )}
      {failed && (
        <p class="wrong" role="alert">
          {failed.taken ? h.attend.taken : h.attend.failed} {button(h.attend.again, () => send(failed.change))}
        </p>
      )}
    </fieldset>
  );
}
