const STEP_MS = 5000;

/**
 * The server's clock minus the browser's, in ms. A delay only lowers the measured offset, so the highest offset is
 * the most accurate. A jump (the machine slept, or a clock was set) is accepted at once.
 */
export function clockOffset(known: number | null, serverTime: string, now: number): number {
  const heard = Date.parse(serverTime) - now;
  if (known === null || Math.abs(heard - known) > STEP_MS) return heard;
  return Math.max(known, heard);
}
