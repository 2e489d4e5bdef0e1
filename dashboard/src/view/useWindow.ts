import type { RefObject } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";
import { ALL_UP_TO, type Window, windowOf } from "./window";

interface Drawn extends Window {
  readonly rowHeight: number;
}

/** The rows of a long list that have to be drawn for what is on the screen; on paper, all of them. */
export function useWindow(body: RefObject<HTMLElement | null>, count: number): Drawn {
  const [drawn, setDrawn] = useState<Drawn>({ first: 0, last: Math.min(count, ALL_UP_TO), rowHeight: 0 });

  useLayoutEffect(() => {
    const look = () => {
      const rowHeight = body.current?.querySelector("[data-user-id]")?.getBoundingClientRect().height ?? 0;
      if (!body.current || rowHeight === 0) return;
      show({ ...windowOf(count, rowHeight, -body.current.getBoundingClientRect().top, innerHeight), rowHeight });
    };
    const print = () => show({ first: 0, last: count, rowHeight: 0 });
    const show = (next: Drawn) =>
      setDrawn((now) =>
        now.first === next.first && now.last === next.last && now.rowHeight === next.rowHeight ? now : next,
      );
    look();
    addEventListener("scroll", look, { passive: true });
    addEventListener("resize", look);
    // What stands above the list grows and shrinks: the page's height tells that the list has moved.
    const page = new ResizeObserver(look);
    page.observe(document.body);
    addEventListener("beforeprint", print);
    addEventListener("afterprint", look);
    return () => {
      page.disconnect();
      removeEventListener("scroll", look);
      removeEventListener("resize", look);
      removeEventListener("beforeprint", print);
      removeEventListener("afterprint", look);
    };
  }, [count]);

  const last = Math.min(count, count <= ALL_UP_TO ? count : drawn.last);
  return { first: count <= ALL_UP_TO ? 0 : Math.min(drawn.first, last), last, rowHeight: drawn.rowHeight };
}
