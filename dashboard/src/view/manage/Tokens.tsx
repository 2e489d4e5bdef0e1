import { useState } from "preact/hooks";
import type { RosterLine } from "../../generated/api";
import type { ManageApi } from "../../session/manage";
import { csv } from "../../state/csv";
import { Problem } from "../Problem";
import { saveFile } from "../saveFile";
import { useSaving } from "../useSaving";
import { Confirm } from "./Confirm";
import { Wish } from "./Wish";
import { m } from "./words";

interface Props {
  readonly manage: ManageApi;
  readonly classId: string;
  readonly students: readonly RosterLine[];
  readonly hidden: boolean;
}

const TERM_DAYS = 180;

/** Creates student tokens. They are never stored. */
export function Tokens({ manage, classId, students, hidden }: Props) {
  const [days, setDays] = useState(TERM_DAYS);
  const [whose, setWhose] = useState("");
  const [notice, setNotice] = useState("");
  const [revoking, setRevoking] = useState(false);
  const { busy, problem, save } = useSaving();
  const names = new Map(students.map(({ userId, userName }) => [userId, userName ?? ""]));
  const make = async () => {
    setNotice("");
    const tokens = await manage.studentTokens(classId, days, whose === "" ? undefined : [whose]);
    const rows = tokens.map(({ userId, token }) => [userId, names.get(userId) ?? "", token]);
    saveFile(`${classId}-tokens.csv`, "text/csv", csv([["userId", "userName", "token"], ...rows]));
    setNotice(m.roster.tokensMade(tokens.length));
  };
  return (
    <section aria-labelledby="tokens">
      <h3 id="tokens">{m.roster.tokens}</h3>
      <p class="soft">{m.roster.tokensExplain}</p>
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
          everybody={m.roster.everybody}
          whose={whose}
          onWhose={setWhose}
          days={days}
          onDays={setDays}
        />
        <button type="submit" class="button primary" aria-disabled={busy} data-testid="make-tokens">
          {m.roster.makeTokens}
        </button>
        <button type="button" class="button" onClick={() => setRevoking(true)}>
          {m.roster.revoke}
        </button>
        <Problem text={problem} />
      </form>
      <p role="status">{notice}</p>
      {revoking && (
        <Confirm
          heading={m.roster.revoke}
          explain={m.roster.revoking}
          onClose={() => setRevoking(false)}
          onConfirm={async () => {
            await manage.change(classId, { revokeStudentTokens: true });
            setNotice(m.roster.revoked);
          }}
        />
      )}
    </section>
  );
}
