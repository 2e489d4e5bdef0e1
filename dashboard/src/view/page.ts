import type { Api } from "../session/api";
import type { ManageApi } from "../session/manage";
import type { Person } from "../session/session";
import type { Classroom } from "../state/classroom";
import type { Route } from "../state/route";
import type { Standing } from "../state/status";
import type { Mine } from "./useMine";

/** The props of every view. */
export interface PageProps {
  readonly api: Api;
  readonly manage: ManageApi;
  readonly mine: Mine;
  /** The signed-in user. */
  readonly person: Person;
  /** The live class, without filters. */
  readonly room: Classroom;
  /** The students that match the filters (team, notebook, search, status), most urgent first. In a replay, at its moment. */
  readonly standings: readonly Standing[];
  readonly route: Route;
  /** The server's time in ms. Stops while the page is not live; in a replay, its moment. */
  readonly now: number;
  /** The displayed name: the student's, or a stand-in while names are hidden. */
  readonly who: (userId: string) => string;
  /** Why a student's id or name is not what it looks like; null if it is. */
  readonly doubt: (userId: string) => string | null;
  /** The href of the route with some fields replaced. */
  readonly link: (change: Partial<Route>) => string;
  /** Navigates. `replace` adds no history entry, as for each letter of a search. */
  readonly go: (change: Partial<Route>, replace?: boolean) => void;
}
