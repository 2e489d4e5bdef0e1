/** An error message, line by line. */
export function Problem({ text }: { text: string | null }) {
  return text === null ? null : (
    <p class="wrong lines" role="alert">
      {text}
    </p>
  );
}
