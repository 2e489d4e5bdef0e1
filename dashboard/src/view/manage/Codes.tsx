import { useState } from "preact/hooks";
import type { RosterLine } from "../../generated/api";
import type { ManageApi } from "../../session/manage";
import { csv } from "../../state/csv";
import { Problem } from "../Problem";
import { saveFile } from "../saveFile";
import { useSaving } from "../useSaving";
import { Wish } from "./Wish";
import { m } from "./words";

interface Props {
  readonly manage: ManageApi;
  readonly classId: string;
  readonly students: readonly RosterLine[];
  readonly hidden: boolean;
}

const CODE_DAYS = 30;

/** Creates personal codes, with which students join under their own ids. Only this answer contains them. */
export function Codes({ manage, classId, students, hidden }: Props) {
  const [days, setDays] = useState(CODE_DAYS);
  const [whose, setWhose] = useState("");
  const [keepTokens, setKeepTokens] = useState(false);
  const [notice, setNotice] = useState("");
  const { busy, problem, save } = useSaving();
  const names = new Map(students.map(({ userId, userName }) => [userId, userName ?? ""]));
  const make = async () => {
    setNotice("");
    const wish = whose === "" ? { days } : { userIds: [whose], days, keepTokens };
    const codes = await manage.personalCodes(classId, wish);
    if (codes.length > 0) {
      const rows = codes.map(({ userId, code }) => [userId, names.get(userId) ?? "", code]);
      saveFile(`${classId}-codes.csv`, "text/csv", csv([["userId", "userName", "code"], ...rows]));
    }
    setNotice(m.codes.made(codes.length));
  };
  return (
    <section aria-labelledby="codes">
      <h3 id="codes">{m.codes.heading}</h3>
      <p class="soft">{m.codes.explain}</p>
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault();
          void save(make);
        }}
      >
        <Wish
          students={students}
          hidden={hidden}
          everybody={m.codes.everybody}
          whose={whose}
          onWhose={setWhose}
          days={days}
          onDays={setDays}
        />
        {whose !== "" && (
          <label class="choice">
            <input
              type="checkbox"
              checked={keepTokens}
              onChange={(event) => setKeepTokens(event.currentTarget.checked)}
            />
            {m.codes.keepTokens}
          </label>
        )}
        <button type="submit" class="button primary" aria-disabled={busy} data-testid="make-codes">
          {m.codes.make}
        </button>
        <Problem text={problem} />
      </form>
      <p role="status">{notice}</p>
    </section>
  );
}
