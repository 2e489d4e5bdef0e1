import { useState } from "preact/hooks";
import { t } from "../i18n";
import type { ManageApi } from "../session/manage";
import { Dialog } from "./Dialog";
import { Problem } from "./Problem";
import { useSaving } from "./useSaving";

interface Props {
  readonly manage: ManageApi;
  readonly onClose: () => void;
  readonly onMade: (classId: string) => void;
}

/** Registers a class with the user as its instructor. */
export function NewClass({ manage, onClose, onMade }: Props) {
  const [classId, setClassId] = useState("");
  const [title, setTitle] = useState("");
  const { busy, problem, save } = useSaving({ 409: t.newClass.taken, 422: t.newClass.wrong });
  const make = async () => {
    const id = classId.trim();
    if (!(await save(() => manage.register(id, { title: title.trim() || id })))) return;
    onClose();
    onMade(id);
  };
  return (
    <Dialog heading={t.newClass.heading} onClose={onClose}>
      <p class="soft">{t.newClass.explain}</p>
      <form
        class="stacked"
        onSubmit={(event) => {
          event.preventDefault();
          void make();
        }}
      >
        <label>
          {t.newClass.id}
          <input
            required
            maxLength={128}
            autocomplete="off"
            value={classId}
            onInput={(event) => setClassId(event.currentTarget.value)}
          />
          <small>{t.newClass.idHint}</small>
        </label>
        <label>
          {t.newClass.title}
          <input
            maxLength={200}
            autocomplete="off"
            value={title}
            onInput={(event) => setTitle(event.currentTarget.value)}
          />
        </label>
        <Problem text={problem} />
        <p class="buttons">
          <button type="submit" class="button primary" aria-disabled={busy}>
            {t.newClass.submit}
          </button>
          <button type="button" class="button" onClick={onClose}>
            {t.cancel}
          </button>
        </p>
      </form>
    </Dialog>
  );
}
