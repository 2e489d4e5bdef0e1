/**
 * An id as a path segment. Browsers and servers resolve `..` and may decode `%2F` to a slash, so such an id is sent as
 * `~` and base64url, which the server decodes.
 */
export function part(id: string): string {
  if (!/[/\\%]|^~|^\.{1,2}$/.test(id)) return encodeURIComponent(id);
  const bytes = String.fromCharCode(...new TextEncoder().encode(id));
  return `~${btoa(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
}
