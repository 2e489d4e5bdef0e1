import type { ComponentProps, Ref } from "preact";

interface Box {
  readonly box?: Ref<HTMLElement>;
}

/** A labelled region that scrolls sideways. */
export function Scrollable({ box, ...props }: ComponentProps<"section"> & Box) {
  // biome-ignore lint/a11y/noNoninteractiveTabindex: without a mouse, only a focused element can be scrolled.
  return <section ref={box ?? null} tabIndex={0} {...props} />;
}

/** A long text that scrolls; a group, to avoid a page full of landmarks. */
export function ScrollableText(props: ComponentProps<"pre">) {
  // biome-ignore lint/a11y/noNoninteractiveTabindex: without a mouse, only a focused element can be scrolled.
  // biome-ignore lint/a11y/useSemanticElements: a fieldset groups fields, this is one text.
  return <pre role="group" tabIndex={0} {...props} />;
}
