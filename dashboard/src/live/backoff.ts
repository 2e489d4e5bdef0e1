const FIRST_MS = 500;
const LONGEST_MS = 15_000;

/** The delay before attempt 1, 2, 3 …, with jitter so that a hundred pages do not reconnect at once. */
export function backoff(attempt: number, random: () => number = Math.random): number {
  const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** (attempt - 1));
  return longest / 2 + (longest / 2) * random();
}
