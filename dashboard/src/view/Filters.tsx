import { t } from "../i18n";
import { isFiltered, looksFor } from "../state/filters";
import type { Route, View } from "../state/route";
import type { PageProps } from "./page";

type Field = "team" | "notebook";

/** The filters of each view: only those that it applies. */
const FIELDS: Record<View, readonly Field[]> = {
  help: ["team", "notebook"],
  grid: ["team", "notebook"],
  progress: ["team", "notebook"],
  errors: ["team", "notebook"],
  student: [],
  report: ["team", "notebook"],
  settings: [],
};

interface Props extends Pick<PageProps, "route" | "go"> {
  readonly teams: readonly string[];
  readonly notebooks: readonly string[];
}

export function Filters({ route, go, teams, notebooks }: Props) {
  const fields = FIELDS[route.view];
  if (fields.length === 0) return null;
  const searched = looksFor(route.view);
  const words = searched === "errors" ? t.filters.searchErrors : t.filters.search;
  return (
    <search class="filters" aria-label={t.filters.heading}>
      {fields.includes("team") && (
        <Choice
          label={t.filters.team}
          all={t.filters.allTeams}
          value={route.team}
          choices={teams}
          onChoose={(team) => go({ team })}
        />
      )}
      {fields.includes("notebook") && (
        <Choice
          label={t.filters.notebook}
          all={t.filters.allNotebooks}
          value={route.notebook}
          choices={notebooks}
          onChoose={(notebook) => go({ notebook, cellId: null })}
        />
      )}
      {searched !== null && (
        <input
          class="search"
          type="search"
          aria-label={words}
          placeholder={words}
          value={route.search}
          onInput={(event) => go({ search: event.currentTarget.value }, true)}
        />
      )}
      {isFiltered(route) && (
        <button type="button" class="button" onClick={() => go(NO_FILTER)} data-testid="unfilter">
          {route.status !== null && (
            <span>
              {t.filters.status}: {t.status[route.status]} ·{" "}
            </span>
          )}
          {t.filters.clear}
        </button>
      )}
    </search>
  );
}

const NO_FILTER: Partial<Route> = { team: null, notebook: null, search: "", status: null };

interface ChoiceProps {
  readonly label: string;
  readonly all: string;
  readonly value: string | null;
  readonly choices: readonly string[];
  readonly onChoose: (choice: string | null) => void;
}

function Choice({ label, all, value, choices, onChoose }: ChoiceProps) {
  return (
    <label class="picker">
      <span>{label}</span>
      <select value={value ?? ""} onChange={(event) => onChoose(event.currentTarget.value || null)}>
        <option value="">{all}</option>
        {choices.map((choice) => (
          <option key={choice} value={choice}>
            {choice}
          </option>
        ))}
      </select>
    </label>
  );
}
