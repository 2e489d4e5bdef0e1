import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { StudentProgress } from "../generated/wire";
import { t, timeOfDay } from "../i18n";
import { Api } from "../session/api";
import type { TokenSource } from "../session/http";
import type { ManageApi } from "../session/manage";
import type { Person } from "../session/session";
import { looksFor, notebooksOf, passes, teamsOf } from "../state/filters";
import { handsUp } from "../state/need";
import { HOME } from "../state/route";
import { standingsOf } from "../state/status";
import { ClosedClass } from "./ClosedClass";
import { Filters } from "./Filters";
import { focusHeading } from "./focus";
import { Hands } from "./Hands";
import { Header } from "./Header";
import { Page } from "./Page";
import { Replaying } from "./Replaying";
import { Settings } from "./Settings";
import { useClassroom } from "./useClassroom";
import type { Mine } from "./useMine";
import { useNamed } from "./useNamed";
import { useNames } from "./useNames";
import { useNotebooks } from "./useNotebooks";
import { useNow } from "./useNow";
import { usePaper } from "./usePaper";
import { useReplay } from "./useReplay";
import { useRoute } from "./useRoute";
import { useShortcuts } from "./useShortcuts";
import { useUnavailable } from "./useUnavailable";

interface Props {
  readonly tokens: TokenSource;
  readonly manage: ManageApi;
  readonly mine: Mine;
  readonly person: Person;
  readonly onSignOut: () => Promise<void>;
  readonly onRefused: () => void;
}

/** What stands around every view, and what all of them are given. */
export function Shell({ tokens, manage, mine, person, onSignOut, onRefused }: Props) {
  const { route, link, go } = useRoute();
  const { classId, view, period } = route;
  const asking = useMemo(() => new Api(tokens), [tokens]);
  const { room: told, connection, applyStudent, attempt, again } = useClassroom(asking, classId);
  const api = useMemo(() => new ToldApi(tokens, applyStudent), [tokens, applyStudent]);
  const own = mine.classes?.find((found) => found.classId === classId) ?? null;
  const named = useNamed(manage, own);
  const room = useMemo(() => named.room(told), [named, told]);
  const now = useNow();
  const away = useUnavailable();
  const { notebooks: lines, closed } = useNotebooks(api, classId, attempt);
  const replay = useReplay(api, classId, period);
  const { hidden, toggle, who, words } = useNames(room, named.entryOf);
  const [settings, setSettings] = useState(false);
  const openSettings = useCallback(() => setSettings(true), []);
  usePaper();
  useShortcuts({ go, onNames: toggle, onSettings: openSettings });

  const live = connection.state === "live" && room.synced;
  // Nobody falls quiet because our connection does: what is not live stands still.
  const staleSince = live ? null : connection.heardAt;
  const serverNow = (staleSince ?? now) + (room.clockOffset ?? 0);
  const shownNow = period === null ? serverNow : period.at;
  const replayed = useMemo(() => replay.students?.map(named.student), [named, replay.students]);
  const students = period === null ? room.students : replayed;
  const everyone = useMemo(() => standingsOf(students?.values() ?? [], shownNow), [students, shownNow]);
  const hands = useMemo(() => handsUp(room.students.values(), serverNow), [room.students, serverNow]);
  const { team, status } = route;
  const search = looksFor(view) === "students" ? route.search : "";
  // Where a notebook is chosen to be looked at, whoever has left it is part of the picture.
  const notebook = view === "help" ? route.notebook : null;
  const listed = useMemo(
    () => everyone.filter(({ student }) => passes(student, { team, notebook, search }, words)),
    [everyone, team, notebook, search, words],
  );
  const standings = useMemo(
    () => (status === null ? listed : listed.filter((standing) => standing.status === status)),
    [listed, status],
  );
  useEffect(() => {
    if (connection.state === "refused") onRefused();
  }, [connection.state]);

  const main = useRef<HTMLElement>(null);
  const place = `${view} ${route.userId ?? ""}`;
  const focused = useRef(place);
  const onShown = useCallback(() => {
    // The first page of a visit is read from its top, as any page is.
    if (focused.current !== place && main.current) focusHeading(main.current);
    focused.current = place;
  }, [place]);

  const shut = closed || connection.state === "closed";
  const inClass = !shut && view !== "settings";
  const stale = !shut && period === null && staleSince !== null;
  return (
    <div class={stale ? "page stale" : "page"}>
      {/* biome-ignore lint/a11y/useValidAnchor: it is a link into the page; only the address stays that of the view. */}
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          // The address is the route's: the jump is made here.
          event.preventDefault();
          if (main.current) focusHeading(main.current);
        }}
      >
        {t.skip}
      </a>
      <Header
        api={api}
        manage={manage}
        mine={mine}
        person={person}
        route={route}
        link={link}
        total={everyone.length}
        connection={connection}
        synced={room.synced}
        now={now}
        onClass={(chosen) =>
          go({ ...HOME, classId: chosen, view: view === "student" || view === "settings" ? HOME.view : view })
        }
        hidden={hidden}
        onNames={toggle}
        onSettings={openSettings}
      />
      {stale && (
        <p class="stale-note" role="alert" data-testid="stale">
          {t.stale(timeOfDay(staleSince))}
        </p>
      )}
      {inClass && period !== null && <Replaying route={route} link={link} go={go} now={serverNow} replay={replay} />}
      <Hands
        key={classId}
        hands={hands}
        synced={room.synced}
        who={who}
        place={view === HOME.view ? "" : t.views[view]}
      />
      {away.map((part) => (
        <p key={part} class="away-note" role="status" data-testid={`away-${part}`}>
          {t.away[part]}
        </p>
      ))}
      {inClass && (
        <Filters
          route={route}
          go={go}
          teams={teamsOf(everyone, team)}
          notebooks={notebooksOf(everyone, lines, route.notebook)}
        />
      )}
      <main ref={main} id="main" tabIndex={-1}>
        {shut ? (
          <ClosedClass
            classId={classId}
            person={person}
            classes={mine.classes ?? []}
            onAgain={again}
            onSignOut={onSignOut}
          />
        ) : (
          <Page
            key={`${classId} ${place}`}
            {...{ api, manage, mine, person, room, standings, everyone, listed, hidden, route, who, link, go, onShown }}
            now={shownNow}
            known={period === null ? room.synced : replay.students !== null}
          />
        )}
      </main>
      {settings && <Settings person={person} onSignOut={onSignOut} onClose={() => setSettings(false)} />}
    </div>
  );
}

/** What a teacher does is on the page with the answer, not only when the socket tells it. */
class ToldApi extends Api {
  constructor(
    tokens: TokenSource,
    private readonly learn: (classId: string, student: StudentProgress) => void,
  ) {
    super(tokens);
  }

  override async attend(...[classId, userId, change]: Parameters<Api["attend"]>): Promise<StudentProgress> {
    const student = await super.attend(classId, userId, change);
    this.learn(classId, student);
    return student;
  }
}
