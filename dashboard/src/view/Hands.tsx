import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../i18n";

interface Props {
  /** Whose hands are up (user ids). */
  readonly hands: readonly string[];
  /** Whether the class has been told in full: what was up before is not new. */
  readonly synced: boolean;
  readonly who: (userId: string) => string;
  /** What the tab's title says of the page; empty on the first one. */
  readonly place: string;
}

/** Says each newly raised hand to a screen reader, and their number in the tab's title. */
export function Hands({ hands, synced, who, place }: Props) {
  const known = useRef<ReadonlySet<string> | null>(null);
  const [said, setSaid] = useState("");
  const count = hands.length;

  useEffect(() => {
    const title = place ? `${place} – ${t.title}` : t.title;
    document.title = count > 0 ? `(${count}) ${title}` : title;
  }, [count, place]);

  useEffect(() => {
    if (!synced) return;
    const before = known.current;
    const raised = before === null ? [] : hands.filter((userId) => !before.has(userId));
    known.current = new Set(hands);
    if (raised.length > 0) setSaid(raised.map((userId) => t.raised(who(userId))).join(", "));
  }, [hands.join("\n"), synced]);

  return (
    <p class="unseen" role="status" data-testid="hands">
      {said}
    </p>
  );
}
