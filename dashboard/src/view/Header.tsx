import { useEffect, useRef } from "preact/hooks";
import { t } from "../i18n";
import type { Connection } from "../live/socket";
import type { Api } from "../session/api";
import { type ManageApi, manages } from "../session/manage";
import type { Person } from "../session/session";
import { looksFor } from "../state/filters";
import type { Route, View } from "../state/route";
import { ClassPicker } from "./ClassPicker";
import { ConnectionState } from "./ConnectionState";
import type { Mine } from "./useMine";

/** The views in the navigation. The student page is reached from a name. */
export const PLACES = ["help", "grid", "progress", "errors", "report"] as const satisfies readonly View[];

interface Props {
  readonly api: Api;
  readonly manage: ManageApi;
  readonly mine: Mine;
  readonly person: Person;
  readonly route: Route;
  readonly link: (change: Partial<Route>) => string;
  readonly total: number;
  readonly connection: Connection;
  readonly synced: boolean;
  readonly now: number;
  readonly onClass: (classId: string) => void;
  readonly hidden: boolean;
  readonly onNames: () => void;
  readonly onSettings: () => void;
}

export function Header(props: Props) {
  const {
    api,
    manage,
    mine,
    person,
    route,
    link,
    total,
    connection,
    synced,
    now,
    onClass,
    hidden,
    onNames,
    onSettings,
  } = props;
  const own = mine.classes?.find(({ classId }) => classId === route.classId);
  // The operator registers a class on the same page.
  const keeps = own ? manages(own) : person.operator;
  return (
    <header class="top">
      <h1>{t.title}</h1>
      <ClassPicker
        api={api}
        manage={manage}
        mine={mine}
        mayCreate={person.mayCreateClasses}
        classId={route.classId}
        onChoose={onClass}
      />
      <p class="total" data-testid="total">
        {t.students(total)}
      </p>
      <ConnectionState connection={connection} synced={synced} now={now} />
      <div class="tools">
        <button type="button" class="button" aria-pressed={hidden} onClick={onNames} data-testid="names">
          {t.names.hide}
        </button>
        <button type="button" class="button" aria-haspopup="dialog" onClick={onSettings} data-testid="settings">
          {t.settings.open}
        </button>
      </div>
      <Navigation route={route} link={link} views={keeps ? [...PLACES, "settings"] : PLACES} />
    </header>
  );
}

function Navigation({ route, link, views }: Pick<Props, "route" | "link"> & { views: readonly View[] }) {
  const list = useRef<HTMLUListElement>(null);
  // Students and errors are searched separately, so changing the kind of view clears the search.
  const kept = (view: View) => (looksFor(view) === looksFor(route.view) ? route.search : "");
  useEffect(() => {
    // A phone shows some of the views. scrollIntoView() would scroll the page too.
    const current = list.current?.querySelector<HTMLElement>("[aria-current]");
    if (list.current && current) list.current.scrollLeft = current.offsetLeft - list.current.offsetLeft;
  }, [route.view, views.length]);
  return (
    <nav aria-label={t.navigation}>
      <ul ref={list}>
        {views.map((view) => (
          <li key={view}>
            <a
              href={link({ view, userId: null, cellId: null, sort: null, search: kept(view) })}
              aria-current={view === route.view ? "page" : undefined}
            >
              {t.views[view]}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
