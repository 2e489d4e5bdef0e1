import { useState } from "preact/hooks";
import type { GuestView, RosterLine } from "../../generated/api";
import { dayAndTime } from "../../i18n";
import type { ManageApi } from "../../session/manage";
import { doubtsAbout } from "../../state/lookalikes";
import { Again } from "../Again";
import { Doubtful, doubtOf } from "../Doubtful";
import { Problem } from "../Problem";
import { Scrollable } from "../Scrollable";
import { useFetched } from "../useFetched";
import { useSaving } from "../useSaving";
import { Confirm } from "./Confirm";
import { m } from "./words";

interface Props {
  readonly manage: ManageApi;
  readonly classId: string;
  readonly students: readonly RosterLine[];
  /** Whether names are hidden, as on a projector. */
  readonly hidden: boolean;
}

/** Students who joined with the class key: unverified until a teacher links them to the roster. */
export function Guests({ manage, classId, students, hidden }: Props) {
  const guests = useFetched(classId, 0, () => manage.guests(classId));
  const [removing, setRemoving] = useState<GuestView | null>(null);
  const { busy, problem, save } = useSaving({ 404: m.guests.notOnRoster });
  const doubts = doubtsAbout(guests.value ?? []);
  const names = new Map(students.map(({ userId, userName }) => [userId, userName]));
  const link = (guest: GuestView, rosterUserId: string) =>
    save(async () => {
      await manage.linkGuest(classId, guest.userId, rosterUserId === "" ? null : rosterUserId);
      guests.again();
    });
  return (
    <section aria-labelledby="guests">
      <h3 id="guests">{m.guests.heading}</h3>
      <p class="soft">{m.guests.explain}</p>
      {guests.state === "failed" && <Again onClick={guests.again} />}
      <Problem text={problem} />
      {guests.value?.length === 0 && <p>{m.guests.none}</p>}
      {guests.value && guests.value.length > 0 && hidden && <p>{m.roster.hidden}</p>}
      {guests.value && guests.value.length > 0 && !hidden && (
        <Scrollable class="wide" aria-labelledby="guests">
          <table data-testid="guests">
            <thead>
              <tr>
                <th scope="col">{m.roster.columns.userId}</th>
                <th scope="col">{m.guests.claimed}</th>
                <th scope="col">{m.roster.columns.joinedAt}</th>
                <th scope="col">{m.guests.is}</th>
                <th scope="col">{m.guests.remove}</th>
              </tr>
            </thead>
            <tbody>
              {guests.value.map((guest) => (
                <tr key={guest.userId}>
                  <th scope="row">
                    <code>{guest.userId}</code>
                  </th>
                  <td>
                    {guest.userName}
                    <Doubtful text={doubtOf(doubts, guest.userId)} />
                  </td>
                  <td>{dayAndTime(Date.parse(guest.joinedAt))}</td>
                  <td>
                    <input
                      // Another value from the server replaces what was typed.
                      key={guest.rosterUserId}
                      aria-label={m.guests.isOf(guest.userName ?? guest.userId)}
                      aria-disabled={busy}
                      list="guests-students"
                      placeholder={m.guests.unverified}
                      defaultValue={guest.rosterUserId ?? ""}
                      onChange={(event) => void link(guest, event.currentTarget.value.trim())}
                    />
                    {guest.rosterUserId !== null && <small>{names.get(guest.rosterUserId)}</small>}
                  </td>
                  <td>
                    <button
                      type="button"
                      class="button"
                      aria-label={m.guests.removeOf(guest.userName ?? guest.userId)}
                      onClick={() => setRemoving(guest)}
                    >
                      {m.guests.remove}
                    </button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scrollable>
      )}
      {/* Shared: a list in each row would be a million elements in a class of a thousand. */}
      {!hidden && (
        <datalist id="guests-students">
          {students.map(({ userId, userName }) => (
            <option key={userId} value={userId}>
              {userName}
            </option>
          ))}
        </datalist>
      )}
      {removing && (
        <Confirm
          heading={m.guests.removeOf(removing.userName ?? removing.userId)}
          explain={m.guests.removing}
          onClose={() => setRemoving(null)}
          onConfirm={async () => {
            await manage.removeGuest(classId, removing.userId);
            guests.again();
          }}
        />
      )}
    </section>
  );
}
