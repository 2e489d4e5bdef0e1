import { useState } from "preact/hooks";
import { type MyClass, privacyLevelValues } from "../../generated/api";
import type { ManageApi } from "../../session/manage";
import { levels } from "../levels";
import { Problem } from "../Problem";
import { useSaving } from "../useSaving";
import { m } from "./words";

interface Props {
  readonly manage: ManageApi;
  readonly own: MyClass;
  readonly onChanged: () => Promise<void>;
}

const SWITCHES = ["pseudonymous", "redact", "studentsOnly"] as const;
type Settings = Pick<MyClass, "title" | "privacy" | "endsOn" | (typeof SWITCHES)[number]>;

/** The title, the privacy level and the other settings of what is kept. */
export function Basics({ manage, own, onChanged }: Props) {
  const [changed, setChanged] = useState<Partial<Settings>>({});
  const [saved, setSaved] = useState(false);
  const { busy, problem, save } = useSaving();
  const draft: Settings = { ...own, ...changed };
  const change = (part: Partial<Settings>) => {
    setSaved(false);
    setChanged({ ...changed, ...part });
  };
  const submit = async () => {
    const done = await save(async () => {
      await manage.change(own.classId, changed);
      await onChanged();
    });
    if (done) setChanged({});
    setSaved(done);
  };
  return (
    <section aria-labelledby="basics">
      <h3 id="basics">{m.basics.heading}</h3>
      <form
        class="stacked"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <label>
          {m.basics.title}
          <input
            required
            maxLength={200}
            value={draft.title}
            onInput={(event) => change({ title: event.currentTarget.value })}
          />
        </label>
        <fieldset>
          <legend>{m.basics.level}</legend>
          {privacyLevelValues.map((level) => (
            <label key={level} class="choice">
              <input
                type="radio"
                name="privacy"
                value={level}
                checked={draft.privacy === level}
                onChange={() => change({ privacy: level })}
              />
              <span>
                <strong>{levels[level].name}</strong>
                <small>{levels[level].explain}</small>
              </span>
            </label>
          ))}
          <p class="soft">{m.basics.now}</p>
        </fieldset>
        {SWITCHES.map((name) => (
          <label key={name} class="choice">
            <input
              type="checkbox"
              name={name}
              checked={draft[name]}
              onChange={(event) => change({ [name]: event.currentTarget.checked })}
            />
            <span>
              <strong>{m.basics[name]}</strong>
              <small>{m.basics[`${name}Hint`]}</small>
            </span>
          </label>
        ))}
        <label>
          {m.basics.endsOn}
          <input
            type="date"
            value={draft.endsOn ?? ""}
            onInput={(event) => change({ endsOn: event.currentTarget.value || null })}
          />
          <small>{m.basics.endsOnHint}</small>
        </label>
        <Problem text={problem} />
        <p class="buttons">
          <button type="submit" class="button primary" aria-disabled={busy} data-testid="save-settings">
            {m.save}
          </button>
          <span role="status">{saved && m.saved}</span>
        </p>
      </form>
    </section>
  );
}
