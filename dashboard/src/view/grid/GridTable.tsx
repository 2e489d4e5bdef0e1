import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { GridColumn } from "../../generated/api";
import { t } from "../../i18n";
import type { Row, Sort } from "../../state/grid";
import { Space } from "../Space";
import { boxOf, useRows } from "../useRows";
import { GridHead } from "./GridHead";
import { GridRow } from "./GridRow";
import { lookOf } from "./look";
import { type Busy, useSteady } from "./useSteady";
import { destination, NAMES } from "./walk";
import { cellWords, g } from "./words";

interface Props {
  readonly columns: readonly GridColumn[];
  /** The students to show. */
  readonly userIds: readonly string[];
  /** The sort order, and a function that sorts, called only when needed as it is expensive. */
  readonly sort: Sort;
  readonly arrange: () => readonly string[];
  readonly rowOf: (userId: string) => Row;
  /** A student's long-running cell. */
  readonly isLate: (userId: string) => boolean;
  readonly worked: ReadonlyMap<string, number>;
  readonly who: (userId: string) => string;
  readonly hrefOf: (userId: string) => string;
  readonly onOpen: (userId: string, cellId: string) => void;
  /** The cell that opened a student's page; going back returns to it. */
  readonly left: Place | null;
  readonly onLeave: (place: Place) => void;
}

export interface Place {
  readonly userId: string;
  readonly column: number;
}

/** The grid in a scrolling box. Renders only the visible rows and a margin; all rows for printing. */
export function GridTable(props: Props) {
  const { columns, rowOf, isLate, worked, who, hrefOf, onOpen, left, onLeave } = props;
  const box = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLTableSectionElement>(null);
  const [focus, setFocus] = useState<Place | null>(left);
  const [pointed, setPointed] = useState<Place | null>(null);
  const moved = useRef(false);
  const busy = useRef<Busy>({ pointer: false, keyboard: false });
  const order = useSteady(props.userIds, props.sort, props.arrange, busy);
  const count = order.length;

  const known = focus !== null && order.includes(focus.userId) ? focus : { userId: order[0] ?? "", column: 0 };
  const focused = { userId: known.userId, column: Math.min(known.column, columns.length - 1) };
  const row = order.indexOf(focused.userId);
  const scrolling = useMemo(() => boxOf(box), []);
  const { pieces, measured, show } = useRows(scrolling, body, count, row);
  useLayoutEffect(() => {
    if (measured && left !== null && focused.userId === left.userId) show(row);
  }, [measured]);
  useLayoutEffect(() => {
    if (!moved.current) return;
    moved.current = false;
    show(row);
    // The row with keyboard focus is always rendered, so its cell can be focused.
    const cell = `[data-user-id="${CSS.escape(focused.userId)}"] [data-column="${focused.column}"]`;
    body.current?.querySelector<HTMLElement>(cell)?.focus();
  }, [focus]);

  const open = ({ userId, column }: Place) => {
    const cell = columns[column];
    if (!cell) return;
    onLeave({ userId, column });
    onOpen(userId, cell.cellId);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const to = destination(event, row, focused.column, count, columns.length);
    // A name is a link, and the browser handles Enter.
    if (event.key === "Enter" && focused.column !== NAMES) open(focused);
    else if (!to) return;
    else {
      const userId = order[to[0]];
      if (userId === undefined) return;
      moved.current = true;
      setFocus({ userId, column: to[1] });
    }
    event.preventDefault();
  };
  const placeOf = (target: EventTarget | null): Place | null => {
    const cell = target instanceof Element ? target.closest<HTMLElement>("[data-column]") : null;
    const userId = cell?.closest<HTMLElement>("[data-user-id]")?.dataset.userId;
    return cell && userId !== undefined ? { userId, column: Number(cell.dataset.column) } : null;
  };
  const described = pointed ?? focus;

  return (
    <>
      <div class="grid-box" ref={box}>
        <table
          class="grid"
          role="grid"
          aria-label={g.heading}
          aria-rowcount={count + 1}
          aria-colcount={columns.length + 1}
          data-testid="grid"
          onKeyDown={onKeyDown}
          onPointerEnter={() => {
            busy.current.pointer = true;
          }}
          onPointerLeave={() => {
            busy.current.pointer = false;
            setPointed(null);
          }}
          onPointerOver={(event) => setPointed(placeOf(event.target))}
          onFocusIn={(event) => {
            busy.current.keyboard = true;
            setFocus(placeOf(event.target) ?? focus);
          }}
          onFocusOut={() => {
            busy.current.keyboard = false;
          }}
          onClick={(event) => {
            const place = placeOf(event.target);
            if (place) open(place);
          }}
        >
          <GridHead columns={columns} worked={worked} count={count} />
          <tbody role="rowgroup" ref={body}>
            {pieces.map((piece, place) =>
              "space" in piece ? <Space key={`space ${place}`} height={piece.space} /> : rowAt(piece.row),
            )}
          </tbody>
        </table>
      </div>
      <p class="told" aria-hidden="true" data-testid="grid-told">
        {described ? words(described) : g.hint}
      </p>
    </>
  );

  function rowAt(place: number) {
    const userId = order[place];
    if (userId === undefined) return null;
    return (
      <GridRow
        key={userId}
        userId={userId}
        name={who(userId)}
        href={hrefOf(userId)}
        row={rowOf(userId)}
        columns={columns}
        late={isLate(userId)}
        place={place}
        focused={focused.userId === userId ? focused.column : null}
      />
    );
  }

  function words({ userId, column }: Place): string {
    const cell = columns[column];
    if (!cell) return who(userId);
    const mark = rowOf(userId).get(cell.cellId);
    return cellWords(who(userId), t.cell(cell.cellIndex, cell.cellId), lookOf(mark, isLate(userId)), mark);
  }
}
