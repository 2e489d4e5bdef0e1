import type { RosterLine } from "../../generated/api";
import { m } from "./words";

interface Props {
  readonly students: readonly RosterLine[];
  /** Whether names are hidden: then only all students can be chosen. */
  readonly hidden: boolean;
  /** The label of the choice of all students. */
  readonly everybody: string;
  /** The chosen student's id; empty for all. */
  readonly whose: string;
  readonly onWhose: (userId: string) => void;
  readonly days: number;
  readonly onDays: (days: number) => void;
}

/** The fields that codes and tokens share: for which students, and for how many days. */
export function Wish({ students, hidden, everybody, whose, onWhose, days, onDays }: Props) {
  return (
    <>
      {!hidden && (
        <label>
          {m.roster.whose}
          <select value={whose} onChange={(event) => onWhose(event.currentTarget.value)}>
            <option value="">{everybody}</option>
            {students.map(({ userId, userName }) => (
              <option key={userId} value={userId}>
                {userName ? `${userName} (${userId})` : userId}
              </option>
            ))}
          </select>
        </label>
      )}
      <label>
        {m.roster.days}
        <input
          type="number"
          required
          min={1}
          max={366}
          value={days}
          onInput={(event) => onDays(event.currentTarget.valueAsNumber)}
        />
      </label>
    </>
  );
}
