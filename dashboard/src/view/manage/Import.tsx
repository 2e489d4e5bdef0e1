import { useState } from "preact/hooks";
import type { Imported } from "../../generated/api";
import type { ManageApi } from "../../session/manage";
import { decode } from "../../state/decode";
import { Problem } from "../Problem";
import { useSaving } from "../useSaving";
import { m } from "./words";

interface Props {
  readonly manage: ManageApi;
  readonly classId: string;
  readonly onImported: () => void;
}

const WORDS = { 400: m.roster.wrong, 422: m.roster.wrong };

/** Imports a roster from a file or the clipboard. The text of a file is shown before it is imported. */
export function Import({ manage, classId, onImported }: Props) {
  const [csv, setCsv] = useState("");
  const [unreadable, setUnreadable] = useState(false);
  const [done, setDone] = useState<Imported | null>(null);
  const { busy, problem, save, forget } = useSaving(WORDS);
  const begin = (text: string) => {
    forget();
    setDone(null);
    setUnreadable(false);
    setCsv(text);
  };
  const read = async (file: File | undefined) => {
    try {
      if (file) begin(decode(await file.arrayBuffer()));
    } catch (error) {
      console.warn("a file could not be read", error);
      setUnreadable(true);
    }
  };
  const submit = async () => {
    const saved = await save(async () => setDone(await manage.importRoster(classId, csv)));
    if (!saved) return;
    setCsv("");
    onImported();
  };
  return (
    <form
      class="stacked"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <label>
        {m.roster.file}
        <input
          type="file"
          accept=".csv,.txt,text/csv,text/plain"
          onChange={(event) => void read(event.currentTarget.files?.[0])}
        />
      </label>
      <label>
        {m.roster.paste}
        <textarea
          required
          rows={5}
          spellcheck={false}
          placeholder={"userId,userName,teamName\nada@example.org,Ada,East"}
          value={csv}
          onInput={(event) => begin(event.currentTarget.value)}
        />
      </label>
      <Problem text={unreadable ? m.roster.unreadable : problem} />
      <p class="buttons">
        <button type="submit" class="button primary" aria-disabled={busy} data-testid="import">
          {m.roster.import}
        </button>
        <span role="status" data-testid="imported">
          {done && m.roster.imported(done.added, done.changed, done.removed)}
        </span>
      </p>
    </form>
  );
}
