import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../i18n";

interface Props {
  /** The user ids of the students with a raised hand. */
  readonly hands: readonly string[];
  /** Whether the full class has arrived: hands that were up before are not announced. */
  readonly synced: boolean;
  readonly who: (userId: string) => string;
  /** The view's name in the document title; empty for the first view. */
  readonly place: string;
}

/** Announces newly raised hands to a screen reader, and counts raised hands in the document title. */
export function Hands({ hands, synced, who, place }: Props) {
  const known = useRef<ReadonlySet<string> | null>(null);
  const [announcement, setAnnouncement] = useState("");
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
    if (raised.length > 0) setAnnouncement(raised.map((userId) => t.raised(who(userId))).join(", "));
  }, [hands.join("\n"), synced]);

  return (
    <p class="unseen" role="status" data-testid="hands">
      {announcement}
    </p>
  );
}
