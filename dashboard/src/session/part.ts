/**
 * An id as it stands in a path. Browsers and servers take `..` for a step up and may read `%2F` as a slash, so an id that
 * holds such a thing stands there as `~` and base64url, which the server reads as well.
 */
export function part(id: string): string {
  if (!/[/\\%]|^~|^\.{1,2}$/.test(id)) return encodeURIComponent(id);
  const bytes = String.fromCharCode(...new TextEncoder().encode(id));
  return `~${btoa(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
}
