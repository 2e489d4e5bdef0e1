import type { ComponentProps, Ref } from "preact";

interface Box {
  readonly box?: Ref<HTMLElement>;
}

/** A named part of the page that scrolls sideways by itself. */
export function Scrollable({ box, ...props }: ComponentProps<"section"> & Box) {
  // biome-ignore lint/a11y/noNoninteractiveTabindex: without a mouse, only what has the focus can be scrolled.
  return <section ref={box ?? null} tabIndex={0} {...props} />;
}

/** A long text that scrolls by itself; a group, as a page full of landmarks has none. */
export function ScrollableText(props: ComponentProps<"pre">) {
  // biome-ignore lint/a11y/noNoninteractiveTabindex: without a mouse, only what has the focus can be scrolled.
  // biome-ignore lint/a11y/useSemanticElements: a fieldset groups fields, this is one text.
  return <pre role="group" tabIndex={0} {...props} />;
}
