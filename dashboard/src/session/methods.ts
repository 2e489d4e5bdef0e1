import { read, send } from "./http";

/** How one can sign in here; oidc: the university's own sign-in. */
export interface Methods {
  readonly password: boolean;
  readonly oidc: { readonly name: string } | null;
}

export const OIDC_ADDRESS = "/api/v1/session/oidc";

export async function fetchMethods(): Promise<Methods> {
  return read(await send("GET", "/api/v1/session/methods"));
}
