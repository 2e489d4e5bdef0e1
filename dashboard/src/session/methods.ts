import type { Methods } from "../generated/api";
import { read, send } from "./http";

export const OIDC_ADDRESS = "/api/v1/session/oidc";

export async function fetchMethods(): Promise<Methods> {
  return read(await send("GET", "/api/v1/session/methods"));
}
