/** Returns the token of a one-time link and removes it from the address: it must not stay in the history. */
export function linkFromAddress(): string | null {
  const address = new URL(location.href);
  const link = address.searchParams.get("token");
  if (link !== null) {
    address.searchParams.delete("token");
    history.replaceState(history.state, "", address);
  }
  return link;
}

/** Returns the token from a pasted token or a pasted link. */
export function linkIn(pasted: string): string {
  const text = pasted.trim();
  return URL.canParse(text) ? (new URL(text).searchParams.get("token") ?? text) : text;
}
