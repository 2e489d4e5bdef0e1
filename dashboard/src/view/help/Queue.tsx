import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { inPlace, type Queue as Needs } from "../../state/queue";
import type { PageProps } from "../page";
import { Entry } from "./Entry";
import { Snoozed } from "./Snoozed";
import { useTeacher } from "./useTeacher";
import { claimWords, h, reasonWords } from "./words";
import { You } from "./You";

const FIRST = 10;
const MORE = 20;
/** For this long after the pointer last moved over the queue, entries keep their places. */
const STILL_MS = 5000;

interface Props extends Pick<PageProps, "api" | "person" | "route" | "now" | "who" | "link"> {
  readonly needs: Needs;
  /** Whether filters hide students. */
  readonly filtered: boolean;
  /** Whether names are hidden, as on a projector; notes are hidden then too. */
  readonly hidden: boolean;
}

/** The help queue, most urgent first. */
export function Queue({ needs, filtered, hidden, api, person, route, now, who, link }: Props) {
  const [count, setCount] = useState(FIRST);
  const [teacher, setTeacher] = useTeacher(person);
  const heading = useRef<HTMLHeadingElement>(null);
  const list = useRef<HTMLOListElement>(null);
  const touched = useRef(0);
  const order = useRef<readonly string[]>([]);
  const held = Date.now() - touched.current < STILL_MS;
  const waiting = held ? inPlace(needs.waiting, order.current) : needs.waiting;
  order.current = waiting.map(({ student }) => student.userId);
  useKeptFocus(list.current, heading.current);
  const touch = () => {
    touched.current = Date.now();
  };
  const href = (userId: string) => link({ view: "student", userId });

  return (
    <section class="queue" aria-labelledby="queue-heading">
      <div class="head">
        <h2 id="queue-heading" ref={heading} tabIndex={-1}>
          {h.heading}
        </h2>
        {waiting.length > 0 && <p class="how-many">{h.waiting(waiting.length)}</p>}
        {teacher && person.operator && <You teacher={teacher} onTeacher={setTeacher} />}
      </div>
      {waiting.length === 0 ? (
        <p class="nobody" data-testid="nobody">
          {filtered ? h.nobodyShown : h.nobody}
        </p>
      ) : (
        <ol
          class="needs"
          ref={list}
          data-testid="queue"
          onPointerMove={touch}
          onPointerDown={touch}
          onFocusIn={touch}
          onKeyDown={touch}
        >
          {waiting.slice(0, count).map(({ student, need, first }) => (
            <Entry
              key={student.userId}
              student={student}
              kind={first.kind}
              why={reasonWords(student, need.reasons, now)}
              claim={claimWords(student, teacher, now)}
              name={who(student.userId)}
              note={hidden ? null : (student.attention?.note ?? null)}
              href={href(student.userId)}
              live={route.period === null}
              api={api}
              classId={route.classId}
              teacher={teacher}
              onTeacher={setTeacher}
            />
          ))}
        </ol>
      )}
      {waiting.length > count && (
        <button type="button" class="button more" onClick={() => setCount(count + MORE)}>
          {h.more(Math.min(MORE, waiting.length - count))}
        </button>
      )}
      <Snoozed needs={needs.snoozed} now={now} who={who} href={href} />
    </section>
  );
}

/** Moving a node loses the focus, so restore it. If the entry is gone, focus the heading. */
function useKeptFocus(list: HTMLElement | null, heading: HTMLElement | null): void {
  const before = document.activeElement;
  const focused = before instanceof HTMLElement && list?.contains(before) ? before : null;
  useLayoutEffect(() => {
    if (focused === null || document.activeElement === focused) return;
    (focused.isConnected ? focused : heading)?.focus({ preventScroll: true });
  });
}
