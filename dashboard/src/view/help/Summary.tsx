import { t } from "../../i18n";
import { STATUSES, type Status } from "../../state/status";
import { Icon } from "../Icon";

interface Props {
  readonly counts: Record<Status, number>;
  readonly chosen: Status | null;
  readonly onChoose: (status: Status | null) => void;
}

/** The number of students by status; each tile filters by its status. */
export function Summary({ counts, chosen, onChoose }: Props) {
  return (
    <ul class="summary" data-testid="summary">
      {STATUSES.map((status) => (
        <li key={status}>
          <button
            type="button"
            class={`tile ${status}`}
            aria-pressed={chosen === status}
            data-testid={`count-${status}`}
            onClick={() => onChoose(chosen === status ? null : status)}
          >
            <span class="number">{counts[status]}</span>
            <span class="word">
              <Icon status={status} />
              {t.status[status]}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
