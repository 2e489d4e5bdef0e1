/** A spacer for table rows that are not rendered. */
export function Space({ height }: { height: number }) {
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: it contains nothing focusable; aria-rowindex numbers the rows.
    <tr class="space" aria-hidden="true" style={{ height: `${height}px` }}>
      <td colSpan={5} />
    </tr>
  );
}
