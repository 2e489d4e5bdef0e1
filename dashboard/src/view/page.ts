import type { Api } from "../session/api";
import type { ManageApi } from "../session/manage";
import type { Person } from "../session/session";
import type { Classroom } from "../state/classroom";
import type { Route } from "../state/route";
import type { Standing } from "../state/status";
import type { Mine } from "./useMine";

/** What every view is given. */
export interface PageProps {
  readonly api: Api;
  readonly manage: ManageApi;
  readonly mine: Mine;
  /** Who is signed in. */
  readonly person: Person;
  /** The live class, whatever the filters. */
  readonly room: Classroom;
  /** Whom the filters of the address leave (class, team, notebook, search, status), those in need first; of the period's moment in a replay. */
  readonly standings: readonly Standing[];
  readonly route: Route;
  /** The server's time in ms; stands still while the page is not live, and is the period's moment in a replay. */
  readonly now: number;
  /** The name to show: as the student's, or a stand-in while names are hidden. */
  readonly who: (userId: string) => string;
  /** The address of the route with some of it changed, for a link's href. */
  readonly link: (change: Partial<Route>) => string;
  /** Goes there; `replace` leaves no step for the back button, as for each letter of a search. */
  readonly go: (change: Partial<Route>, replace?: boolean) => void;
}
