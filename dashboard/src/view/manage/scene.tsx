import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, vi } from "vitest";
import type { MyClass } from "../../generated/api";
import { json, type Request, serve } from "../../session/fixtures";
import { ManageApi } from "../../session/manage";
import { HOME } from "../../state/route";
import { settled } from "../fixtures";
import type { HelpProps } from "../help";
import type { Mine } from "../useMine";
import { ManagePage } from ".";
import { CLASS, GRACE, GUEST, KEY, SATO } from "./fixtures";

/** Where the page is rendered. */
export const page = document.createElement("div");
export const BASE = "/api/v1/manage/classes/~cHl0aG9uLzE";
const LISTS = {
  [`GET ${BASE}/members`]: () => json({ members: [SATO] }),
  [`GET ${BASE}/keys`]: () => json({ keys: [KEY] }),
  [`GET ${BASE}/roster`]: () => json({ students: [GRACE] }),
  [`GET ${BASE}/guests`]: () => json({ guests: [GUEST] }),
};
/** Everything that the page has requested. */
export let requests: Request[] = [];
export const look = vi.fn(() => Promise.resolve());

/** Clears up before and after each test of the file. */
export function prepare() {
  beforeEach(() => {
    document.body.append(page);
    look.mockClear();
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
  });
  afterEach(() => {
    render(null, page);
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });
}

/** Shows the settings of a class to its instructor. */
export async function show(
  answers: Parameters<typeof serve>[0] = {},
  own: Partial<MyClass> | null = {},
  props: Partial<HelpProps> = {},
) {
  requests = serve({ ...LISTS, ...answers });
  const mine: Mine = { classes: own === null ? [] : [{ ...CLASS, ...own }], failed: false, look };
  const given = {
    manage: new ManageApi(() => Promise.resolve("t")),
    mine,
    person: { name: "Ms Sato", email: "sato@example.org", operator: false, mayCreateClasses: true },
    route: { ...HOME, classId: CLASS.classId, view: "settings" },
    everyone: [],
    hidden: false,
    ...props,
  } as unknown as HelpProps;
  act(() => render(<ManagePage {...given} />, page));
  await settled();
}

/** The requests that change something. */
export const changes = () =>
  requests.filter(({ what }) => !what.startsWith("GET")).map(({ what, body }) => [what, body]);
