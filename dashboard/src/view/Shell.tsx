import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { StudentProgress } from "../generated/wire";
import { t, timeOfDay } from "../i18n";
import { Api } from "../session/api";
import type { TokenSource } from "../session/http";
import type { ManageApi } from "../session/manage";
import type { Person } from "../session/session";
import { stillAbsent, studentsOf, teachersOf } from "../state/counted";
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
import { useAbsent } from "./useAbsent";
import { useClassroom } from "./useClassroom";
import type { Mine } from "./useMine";
import { useNamed } from "./useNamed";
import { useNames } from "./useNames";
import { useNotebooks } from "./useNotebooks";
import { useNow } from "./useNow";
import { usePaper } from "./usePaper";
import { useReplay } from "./useReplay";
import { useRoute } from "./useRoute";
import type { Leave } from "./useSession";
import { useShortcuts } from "./useShortcuts";
import { useUnavailable } from "./useUnavailable";

interface Props {
  readonly tokens: TokenSource;
  readonly manage: ManageApi;
  readonly mine: Mine;
  readonly person: Person;
  readonly leave: Leave;
  readonly onRefused: () => void;
}

/** The frame of every view, and the props that all views share. */
export function Shell({ tokens, manage, mine, person, leave, onRefused }: Props) {
  const { route, link, go } = useRoute();
  const { classId, view, period } = route;
  const asking = useMemo(() => new Api(tokens), [tokens]);
  const { room: received, connection, applyStudent, attempt, again } = useClassroom(asking, classId);
  const api = useMemo(() => new AttendingApi(tokens, applyStudent), [tokens, applyStudent]);
  const own = mine.classes?.find((found) => found.classId === classId) ?? null;
  const named = useNamed(manage, own);
  const room = useMemo(() => named.room(received), [named, received]);
  const now = useNow();
  const unavailable = useUnavailable();
  const { notebooks: lines, closed } = useNotebooks(api, classId, attempt);
  const replay = useReplay(api, classId, period);
  const { hidden, toggle, who, doubt, words } = useNames(room, named.entryOf);
  const [settings, setSettings] = useState(false);
  const openSettings = useCallback(() => setSettings(true), []);
  usePaper();
  useShortcuts({ go, onNames: toggle, onSettings: openSettings });

  const live = connection.state === "live" && room.synced;
  // While the connection is lost the clock stops, or every student would turn idle.
  const staleSince = live ? null : connection.heardAt;
  const serverNow = (staleSince ?? now) + (room.clockOffset ?? 0);
  const shownNow = period === null ? serverNow : period.at;
  const replayed = useMemo(() => replay.students?.map(named.student), [named, replay.students]);
  const students = period === null ? room.students : replayed;
  const everyone = useMemo(() => standingsOf(studentsOf(students?.values() ?? []), shownNow), [students, shownNow]);
  const teachers = useMemo(() => teachersOf(students?.values() ?? []), [students]);
  const hands = useMemo(() => handsUp(studentsOf(room.students.values()), serverNow), [room.students, serverNow]);
  const { team, status } = route;
  const missing = useAbsent(api, classId, period === null && room.synced);
  const absent = useMemo(
    () => stillAbsent(missing, room.students, named.idsOf).filter((one) => team === null || one.teamName === team),
    [missing, room.students, named, team],
  );
  const search = looksFor(view) === "students" ? route.search : "";
  // Views of one notebook also include students who have left it.
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
    // The first view after loading is read from the top of the page.
    if (focused.current !== place && main.current) focusHeading(main.current);
    focused.current = place;
  }, [place]);

  const classClosed = closed || connection.state === "closed";
  const inClass = !classClosed && view !== "settings";
  const stale = !classClosed && period === null && staleSince !== null;
  return (
    <div class={stale ? "page stale" : "page"}>
      {/* biome-ignore lint/a11y/useValidAnchor: it is a link into the page; only the address stays that of the view. */}
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          // The fragment holds the route, so the jump is made here.
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
      {unavailable.map((part) => (
        <p key={part} class="away-note" role="status" data-testid={`away-${part}`}>
          {t.unavailable[part]}
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
        {classClosed ? (
          <ClosedClass classId={classId} person={person} classes={mine.classes ?? []} onAgain={again} leave={leave} />
        ) : (
          <Page
            key={`${classId} ${place}`}
            {...{
              api,
              manage,
              mine,
              person,
              room,
              standings,
              everyone,
              teachers,
              absent,
              listed,
              hidden,
              route,
              who,
              doubt,
              link,
              go,
              onShown,
            }}
            now={shownNow}
            known={period === null ? room.synced : replay.students !== null}
          />
        )}
      </main>
      {settings && <Settings person={person} leave={leave} onClose={() => setSettings(false)} />}
    </div>
  );
}

/** Applies the answer to a teacher's action at once, before the WebSocket delivers it. */
class AttendingApi extends Api {
  constructor(
    tokens: TokenSource,
    private readonly apply: (classId: string, student: StudentProgress) => void,
  ) {
    super(tokens);
  }

  override async attend(...[classId, userId, change]: Parameters<Api["attend"]>): Promise<StudentProgress> {
    const student = await super.attend(classId, userId, change);
    this.apply(classId, student);
    return student;
  }
}
