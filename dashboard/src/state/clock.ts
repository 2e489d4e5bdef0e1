const STEP_MS = 5000;

/**
 * The server's clock minus ours, in ms. A message on its way makes the server look behind, never ahead, so the
 * highest offset seen is the truest; a jump (a machine that slept, a clock that was set) is believed at once.
 */
export function clockOffset(known: number | null, serverTime: string, now: number): number {
  const heard = Date.parse(serverTime) - now;
  if (known === null || Math.abs(heard - known) > STEP_MS) return heard;
  return Math.max(known, heard);
}
