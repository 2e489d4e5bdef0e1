/** When a key expires: the end of the chosen local day; undefined without a date. */
export function endingAt(day: string): { expiresAt?: string } {
  return day ? { expiresAt: new Date(`${day}T23:59:59`).toISOString() } : {};
}
