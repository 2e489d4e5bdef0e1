/** The token of a one-time link in the address, which is taken out of it: a link that is spent is nothing to keep. */
export function linkFromAddress(): string | null {
  const address = new URL(location.href);
  const link = address.searchParams.get("token");
  if (link !== null) {
    address.searchParams.delete("token");
    history.replaceState(history.state, "", address);
  }
  return link;
}

/** The token of what somebody pasted: the token itself, or the whole link. */
export function linkIn(pasted: string): string {
  const text = pasted.trim();
  return URL.canParse(text) ? (new URL(text).searchParams.get("token") ?? text) : text;
}
