/** What a date field says of a key's end: the end of that day, where the teacher is; nothing when it is empty. */
export function endingAt(day: string): { expiresAt?: string } {
  return day ? { expiresAt: new Date(`${day}T23:59:59`).toISOString() } : {};
}
