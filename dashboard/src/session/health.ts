/** The services that ClassPulse depends on, as /api/v1/health/ready names them. */
export const PARTS = ["postgresql", "redis", "influxdb"] as const;
export type Part = (typeof PARTS)[number];

interface Ready {
  readonly dependencies: Readonly<Record<string, { readonly status: string }>>;
}

/** Returns the unavailable services. Empty if the server does not answer: the connection state shows that. */
export async function fetchUnavailable(): Promise<Part[]> {
  const response = await fetch("/api/v1/health/ready");
  if (response.status !== 200 && response.status !== 503) return [];
  return unavailableParts((await response.json()) as Ready);
}

export function unavailableParts(ready: Ready): Part[] {
  return PARTS.filter((part) => ready.dependencies[part]?.status === "away");
}
