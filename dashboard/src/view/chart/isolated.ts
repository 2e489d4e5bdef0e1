/** The places of values between two gaps: a line has no length there, and only a point shows them. */
export function isolated(values: ArrayLike<number | null | undefined>): number[] {
  const alone = (place: number) => values[place] != null && values[place - 1] == null && values[place + 1] == null;
  return Array.from(values, (_, place) => place).filter(alone);
}
