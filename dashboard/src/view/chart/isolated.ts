/** The indexes of values between two gaps: a line cannot show them, so the chart draws points. */
export function isolated(values: ArrayLike<number | null | undefined>): number[] {
  const isolatedAt = (place: number) => values[place] != null && values[place - 1] == null && values[place + 1] == null;
  return Array.from(values, (_, place) => place).filter(isolatedAt);
}
