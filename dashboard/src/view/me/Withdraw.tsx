import { useState } from "preact/hooks";
import { language } from "../../i18n";
import type { Lower } from "../../session/me";
import { levels } from "../levels";
import * as texts from "./texts";

const w = texts[language];
const LOWER: readonly Lower[] = ["errors", "hash", "presence"];

interface Props {
  readonly busy: boolean;
  /** How many stored events the last withdrawal has reduced; null before the first. */
  readonly cleared: number | null;
  readonly onWithdraw: (level: Lower) => void;
}

/** Lowers the student's privacy level, after a confirmation: what is cleared cannot be restored. */
export function Withdraw({ busy, cleared, onWithdraw }: Props) {
  const [level, setLevel] = useState<Lower>("presence");
  const [sure, setSure] = useState(false);
  return (
    <section aria-labelledby="withdraw">
      <h2 id="withdraw">{w.withdraw}</h2>
      <p>{w.withdrawExplain}</p>
      <form
        class="stacked"
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy && sure) onWithdraw(level);
        }}
      >
        <label>
          {w.level}
          <select value={level} onChange={(event) => setLevel(event.currentTarget.value as Lower)}>
            {LOWER.map((one) => (
              <option key={one} value={one}>
                {levels[one].name}
              </option>
            ))}
          </select>
        </label>
        <p class="soft">{levels[level].explain}</p>
        <label class="choice">
          <input type="checkbox" required checked={sure} onChange={(event) => setSure(event.currentTarget.checked)} />
          {w.withdrawSure}
        </label>
        <button type="submit" class="button" aria-disabled={busy}>
          {w.withdrawNow}
        </button>
        <span role="status">{cleared !== null && w.withdrawn(cleared)}</span>
      </form>
    </section>
  );
}
