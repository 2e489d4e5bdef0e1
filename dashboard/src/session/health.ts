/** The outside things that ClassPulse needs, as /api/v1/health/ready names them. */
export const PARTS = ["postgresql", "redis", "influxdb"] as const;
export type Part = (typeof PARTS)[number];

interface Ready {
  readonly dependencies: Readonly<Record<string, { readonly status: string }>>;
}

/** Which parts do not answer; none when the server itself cannot be asked, which the connection state tells. */
export async function fetchAway(): Promise<Part[]> {
  const response = await fetch("/api/v1/health/ready");
  if (response.status !== 200 && response.status !== 503) return [];
  return awayParts((await response.json()) as Ready);
}

export function awayParts(ready: Ready): Part[] {
  return PARTS.filter((part) => ready.dependencies[part]?.status === "away");
}
