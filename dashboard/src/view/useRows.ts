import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  observeWindowOffset,
  observeWindowRect,
  type Range,
  Virtualizer,
  type VirtualizerOptions,
  windowScroll,
} from "@tanstack/virtual-core";
import type { RefObject } from "preact";
import { useLayoutEffect, useReducer, useRef, useState } from "preact/hooks";
import { around, type Piece, piecesOf } from "./rows";

/** Up to this number all rows are rendered, for the browser's search and for screen readers. */
export const ALL_UP_TO = 100;
/** The estimate before a row has been measured. */
const ROW_HEIGHT = 32;

type Observing<Scroller extends Element | Window> = Pick<
  VirtualizerOptions<Scroller, HTMLElement>,
  "getScrollElement" | "initialOffset" | "observeElementRect" | "observeElementOffset" | "scrollToFn"
>;

/** The element that scrolls the rows. */
export interface Scrolling<Scroller extends Element | Window> extends Observing<Scroller> {
  /** The position of an element in the scrolled content, in px; null before the box is rendered. */
  readonly topOf: (element: HTMLElement) => number | null;
  /** Whether a sticky header covers the top of the rows. */
  readonly headStays: boolean;
}

export const PAGE: Scrolling<Window> = {
  getScrollElement: () => window,
  initialOffset: () => scrollY,
  observeElementRect: observeWindowRect,
  observeElementOffset: observeWindowOffset,
  scrollToFn: windowScroll,
  topOf: (element) => element.getBoundingClientRect().top + scrollY,
  headStays: false,
};

export function boxOf(box: RefObject<HTMLElement | null>): Scrolling<HTMLElement> {
  return {
    getScrollElement: () => box.current,
    initialOffset: () => box.current?.scrollTop ?? 0,
    observeElementRect,
    observeElementOffset,
    scrollToFn: elementScroll,
    topOf: (element) => {
      if (!box.current) return null;
      const top = box.current.getBoundingClientRect().top + box.current.clientTop;
      return element.getBoundingClientRect().top - top + box.current.scrollTop;
    },
    headStays: true,
  };
}

export interface Rows {
  /** The rendered rows and spacers, from top to bottom. */
  readonly pieces: readonly Piece[];
  /** Whether a row has been measured; until then positions are estimates. */
  readonly measured: boolean;
  /** Scrolls as little as possible to show a complete row. */
  readonly show: (row: number) => void;
}

/**
 * Virtualizes a long list of equally high rows, which `body` contains. Always renders the row `kept`, and all rows for
 * printing.
 */
export function useRows<Scroller extends Element | Window>(
  scrolling: Scrolling<Scroller>,
  body: RefObject<HTMLElement | null>,
  count: number,
  kept = -1,
): Rows {
  const [{ rowHeight, margin }, setLayout] = useState({ rowHeight: 0, margin: 0 });
  const [printing, setPrinting] = useState(false);
  const [, draw] = useReducer((times: number, _: null) => times + 1, 0);
  const drawn = useRef("");
  const { topOf, headStays, ...observing } = scrolling;
  const height = rowHeight || ROW_HEIGHT;
  const options = {
    ...observing,
    count,
    estimateSize: () => height,
    scrollMargin: margin,
    scrollPaddingStart: headStays ? margin : 0,
    initialRect: { width: 0, height: innerHeight },
    rangeExtractor: (range: Range) => around(range, kept),
    // The virtualizer also reports changes that do not affect the rendered rows.
    onChange: () => {
      if (String(virtualizer.getVirtualIndexes()) !== drawn.current) draw(null);
    },
  };
  const [virtualizer] = useState<Virtualizer<Scroller, HTMLElement>>(() => new Virtualizer(options));
  virtualizer.setOptions(options);
  const rows = virtualizer.getVirtualIndexes();
  drawn.current = String(rows);
  useLayoutEffect(() => virtualizer._didMount(), [virtualizer]);
  useLayoutEffect(() => virtualizer._willUpdate());
  useLayoutEffect(() => virtualizer.measure(), [virtualizer, height]);

  useLayoutEffect(() => {
    const look = () => {
      const row = body.current?.querySelector("[data-user-id]")?.getBoundingClientRect().height ?? 0;
      const top = body.current && topOf(body.current);
      if (row === 0 || top === null) return;
      setLayout((now) => (now.rowHeight === row && now.margin === top ? now : { rowHeight: row, margin: top }));
    };
    const print = ({ type }: Event) => setPrinting(type === "beforeprint");
    look();
    // Content above the list may move it, which changes the height of the page.
    const page = new ResizeObserver(look);
    page.observe(document.body);
    addEventListener("resize", look);
    addEventListener("beforeprint", print);
    addEventListener("afterprint", print);
    return () => {
      page.disconnect();
      removeEventListener("resize", look);
      removeEventListener("beforeprint", print);
      removeEventListener("afterprint", print);
    };
  }, [count]);

  const all = printing || count <= ALL_UP_TO;
  return {
    pieces: piecesOf(all ? Array.from({ length: count }, (_, row) => row) : rows, count, height),
    measured: rowHeight > 0,
    show: (row) => virtualizer.scrollToIndex(row, { align: "auto" }),
  };
}
