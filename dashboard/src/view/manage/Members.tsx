import { useState } from "preact/hooks";
import { type MemberView, type Role, roleValues } from "../../generated/api";
import type { ManageApi } from "../../session/manage";
import { Again } from "../Again";
import { Problem } from "../Problem";
import { useFetched } from "../useFetched";
import { useSaving } from "../useSaving";
import { Confirm } from "./Confirm";
import { m } from "./words";

interface Props {
  readonly manage: ManageApi;
  readonly classId: string;
  readonly teams: readonly string[];
}

const WORDS = { 409: m.members.last };

/** The members of the class and their roles. */
export function Members({ manage, classId, teams }: Props) {
  const members = useFetched(classId, 0, () => manage.members(classId));
  const [leaving, setLeaving] = useState<MemberView | null>(null);
  const [notice, setNotice] = useState("");
  const appoint = async (email: string, role: Role, team: string) => {
    await manage.appoint(classId, email, role, role === "assistant" && team.trim() ? team.trim() : null);
    setNotice(m.members.added(email));
    members.again();
  };
  return (
    <section aria-labelledby="members">
      <h3 id="members">{m.members.heading}</h3>
      {members.state === "failed" && <Again onClick={members.again} />}
      {members.value && (
        <ul class="members" data-testid="members">
          {members.value.map((member) => (
            <Line
              key={`${member.email} ${member.role} ${member.teamName ?? ""}`}
              member={member}
              onAppoint={appoint}
              onRemove={() => setLeaving(member)}
            />
          ))}
        </ul>
      )}
      <p role="status">{notice}</p>
      <Add onAppoint={appoint} />
      <datalist id="teams">
        {teams.map((team) => (
          <option key={team} value={team} />
        ))}
      </datalist>
      {leaving && (
        <Confirm
          heading={m.members.removeOf(leaving.email)}
          explain={m.members.removing(leaving.email)}
          words={WORDS}
          onClose={() => setLeaving(null)}
          onConfirm={async () => {
            await manage.dismiss(classId, leaving.email);
            setNotice(m.members.removed(leaving.email));
            members.again();
          }}
        />
      )}
    </section>
  );
}

type Appoint = (email: string, role: Role, team: string) => Promise<void>;

function Line({ member, onAppoint, onRemove }: { member: MemberView; onAppoint: Appoint; onRemove: () => void }) {
  const { email } = member;
  const [role, setRole] = useState(member.role);
  const [team, setTeam] = useState(member.teamName ?? "");
  const { busy, problem, save } = useSaving(WORDS);
  const changed = role !== member.role || (role === "assistant" && team.trim() !== (member.teamName ?? ""));
  return (
    <li>
      <span class="who">
        <strong>{email}</strong>
      </span>
      <RoleField label={m.members.roleOf(email)} role={role} onRole={setRole} />
      {role === "assistant" && <TeamField label={m.members.teamOf(email)} team={team} onTeam={setTeam} />}
      <span class="buttons">
        {changed && (
          <button
            type="button"
            class="button primary"
            aria-label={m.members.saveOf(email)}
            aria-disabled={busy}
            onClick={() => void save(() => onAppoint(email, role, team))}
          >
            {m.save}
          </button>
        )}
        <button type="button" class="button" aria-label={m.members.removeOf(email)} onClick={onRemove}>
          {m.members.remove}
        </button>
      </span>
      <Problem text={problem} />
    </li>
  );
}

function Add({ onAppoint }: { onAppoint: Appoint }) {
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("assistant");
  const [team, setTeam] = useState("");
  const { busy, problem, save } = useSaving(WORDS);
  const add = async () => {
    if (!(await save(() => onAppoint(email.trim(), role, team)))) return;
    setEmail("");
    setTeam("");
  };
  return (
    <form
      class="row"
      aria-labelledby="add-member"
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      <h4 id="add-member">{m.members.addHeading}</h4>
      <label>
        {m.members.email}
        <input
          type="email"
          required
          autocomplete="off"
          value={email}
          onInput={(event) => setEmail(event.currentTarget.value)}
        />
      </label>
      <label>
        {m.members.role}
        <RoleField label={m.members.role} role={role} onRole={setRole} />
      </label>
      {role === "assistant" && (
        <label>
          {m.members.team}
          <TeamField label={m.members.team} team={team} onTeam={setTeam} />
        </label>
      )}
      <button type="submit" class="button primary" aria-disabled={busy} data-testid="add-member">
        {m.members.add}
      </button>
      <p class="soft">
        {m.roles[role]}: {m.roleHints[role]}. {role === "assistant" && m.members.teamHint} {m.members.waits}
      </p>
      <Problem text={problem} />
    </form>
  );
}

function RoleField({ label, role, onRole }: { label: string; role: Role; onRole: (role: Role) => void }) {
  return (
    <select aria-label={label} value={role} onChange={(event) => onRole(event.currentTarget.value as Role)}>
      {roleValues.map((value) => (
        <option key={value} value={value}>
          {m.roles[value]}
        </option>
      ))}
    </select>
  );
}

function TeamField({ label, team, onTeam }: { label: string; team: string; onTeam: (team: string) => void }) {
  return (
    <input
      aria-label={label}
      list="teams"
      placeholder={m.members.allTeams}
      autocomplete="off"
      value={team}
      onInput={(event) => onTeam(event.currentTarget.value)}
    />
  );
}
