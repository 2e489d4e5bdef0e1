import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { GridColumn } from "../../generated/api";
import { t } from "../../i18n";
import type { Row, Sort } from "../../state/grid";
import { GridHead } from "./GridHead";
import { GridRow } from "./GridRow";
import { lookOf } from "./look";
import { type Busy, useSteady } from "./useSteady";
import { destination, NAMES, rowsAround, stretches } from "./walk";
import { cellWords, g } from "./words";

interface Props {
  readonly columns: readonly GridColumn[];
  /** Whom to show. */
  readonly userIds: readonly string[];
  /** What they are to be sorted by, and how: that is some work. */
  readonly sort: Sort;
  readonly arrange: () => readonly string[];
  readonly rowOf: (userId: string) => Row;
  /** The cell that a student has had running for long. */
  readonly lateCellOf: (userId: string) => string | null;
  readonly worked: ReadonlyMap<string, number>;
  readonly who: (userId: string) => string;
  readonly hrefOf: (userId: string) => string;
  readonly onOpen: (userId: string, cellId: string) => void;
  /** Where the grid was left for a student's page: the way back leads there. */
  readonly left: Place | null;
  readonly onLeave: (place: Place) => void;
}

export interface Place {
  readonly userId: string;
  readonly column: number;
}

/** The grid in a box that scrolls by itself; only the rows that are seen, and some around them, are drawn. On paper, all. */
export function GridTable(props: Props) {
  const { columns, rowOf, lateCellOf, worked, who, hrefOf, onOpen, left, onLeave } = props;
  const box = useRef<HTMLDivElement>(null);
  const [drawn, setDrawn] = useState({ first: 0, last: 60, rowHeight: 32 });
  const [focus, setFocus] = useState<Place | null>(left);
  const [pointed, setPointed] = useState<Place | null>(null);
  const moved = useRef(false);
  const busy = useRef<Busy>({ pointer: false, keyboard: false });
  const order = useSteady(props.userIds, props.sort, props.arrange, busy);
  const count = order.length;

  const look = () => {
    if (!box.current) return;
    const rowHeight = box.current.querySelector("[data-user-id]")?.getBoundingClientRect().height || drawn.rowHeight;
    const next = { ...rowsAround(count, rowHeight, box.current.scrollTop, box.current.clientHeight), rowHeight };
    setDrawn((last) =>
      last.first === next.first && last.last === next.last && last.rowHeight === rowHeight ? last : next,
    );
  };
  useLayoutEffect(look, [count]);
  useEffect(() => {
    const print = () => setDrawn((last) => ({ ...last, first: 0, last: count }));
    addEventListener("resize", look);
    addEventListener("beforeprint", print);
    addEventListener("afterprint", look);
    return () => {
      removeEventListener("resize", look);
      removeEventListener("beforeprint", print);
      removeEventListener("afterprint", look);
    };
  }, [count]);

  const known = focus !== null && order.includes(focus.userId) ? focus : { userId: order[0] ?? "", column: 0 };
  const focused = { userId: known.userId, column: Math.min(known.column, columns.length - 1) };
  const row = order.indexOf(focused.userId);
  const bringIntoSight = () => {
    const { scrollTop, clientHeight } = box.current!;
    const head = box.current!.querySelector("thead")?.clientHeight ?? 0;
    const top = row * drawn.rowHeight;
    if (top < scrollTop) box.current!.scrollTop = top;
    if (top + drawn.rowHeight + head > scrollTop + clientHeight)
      box.current!.scrollTop = top + drawn.rowHeight + head - clientHeight;
    look();
  };
  useLayoutEffect(() => {
    if (left !== null && focused.userId === left.userId) bringIntoSight();
  }, []);
  useLayoutEffect(() => {
    if (!moved.current) return;
    moved.current = false;
    bringIntoSight();
    // The keyboard's row is drawn wherever it is, so its cell is there to be focused.
    box
      .current!.querySelector<HTMLElement>(
        `[data-user-id="${CSS.escape(focused.userId)}"] [data-column="${focused.column}"]`,
      )
      ?.focus();
  }, [focus]);

  const open = ({ userId, column }: Place) => {
    const cell = columns[column];
    if (!cell) return;
    onLeave({ userId, column });
    onOpen(userId, cell.cellId);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const to = destination(event, row, focused.column, count, columns.length);
    // A name is a link: Enter follows it by itself.
    if (event.key === "Enter" && focused.column !== NAMES) open(focused);
    else if (!to) return;
    else {
      moved.current = true;
      setFocus({ userId: order[to[0]]!, column: to[1] });
    }
    event.preventDefault();
  };
  const placeOf = (target: EventTarget | null): Place | null => {
    const cell = target instanceof Element ? target.closest<HTMLElement>("[data-column]") : null;
    const userId = cell?.closest<HTMLElement>("[data-user-id]")?.dataset["userId"];
    return cell && userId !== undefined ? { userId, column: Number(cell.dataset["column"]) } : null;
  };
  const told = pointed ?? focus;

  return (
    <>
      <div
        class="grid-box"
        ref={box}
        onScroll={look}
        onKeyDown={onKeyDown}
        onPointerEnter={() => (busy.current.pointer = true)}
        onPointerLeave={() => {
          busy.current.pointer = false;
          setPointed(null);
        }}
        onPointerOver={(event) => setPointed(placeOf(event.target))}
        onFocusIn={(event) => {
          busy.current.keyboard = true;
          setFocus(placeOf(event.target) ?? focus);
        }}
        onFocusOut={() => (busy.current.keyboard = false)}
        onClick={(event) => {
          const place = placeOf(event.target);
          if (place) open(place);
        }}
      >
        <table
          class="grid"
          role="grid"
          aria-label={g.heading}
          aria-rowcount={count + 1}
          aria-colcount={columns.length + 1}
          data-testid="grid"
        >
          <GridHead columns={columns} worked={worked} count={count} />
          <tbody role="rowgroup">{rows()}</tbody>
        </table>
      </div>
      <p class="told" aria-hidden="true" data-testid="grid-told">
        {told ? words(told) : g.hint}
      </p>
    </>
  );

  function rows() {
    let end = 0;
    const shown = stretches(drawn.first, drawn.last, count, row).flatMap(([from, to]) => {
      const space = <Space key={`space before ${end}`} height={(from - end) * drawn.rowHeight} />;
      end = to;
      return [space, ...order.slice(from, to).map((userId, index) => rowAt(userId, from + index))];
    });
    return [...shown, <Space key="space after" height={(count - end) * drawn.rowHeight} />];
  }

  function rowAt(userId: string, place: number) {
    return (
      <GridRow
        key={userId}
        userId={userId}
        name={who(userId)}
        href={hrefOf(userId)}
        row={rowOf(userId)}
        columns={columns}
        lateCell={lateCellOf(userId)}
        place={place}
        focused={focused.userId === userId ? focused.column : null}
      />
    );
  }

  function words({ userId, column }: Place): string {
    const cell = columns[column];
    if (!cell) return who(userId);
    const mark = rowOf(userId).get(cell.cellId);
    return cellWords(
      who(userId),
      t.cell(cell.cellIndex, cell.cellId),
      lookOf(mark, lateCellOf(userId) === cell.cellId),
      mark,
    );
  }
}

function Space({ height }: { height: number }) {
  return height > 0 ? <tr class="space" aria-hidden="true" style={{ height: `${height}px` }} /> : null;
}
