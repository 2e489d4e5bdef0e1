/** Stands for the rows of a table that are not drawn. */
export function Space({ height }: { height: number }) {
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: nothing in it takes the focus; the rows say which of all they are.
    <tr class="space" aria-hidden="true" style={{ height: `${height}px` }}>
      <td colSpan={5} />
    </tr>
  );
}
