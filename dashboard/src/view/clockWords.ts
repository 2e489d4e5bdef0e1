import type { StudentProgress } from "../generated/wire";
import { duration, t } from "../i18n";

/** "clock 3 h slow", or empty if the student's clock is not known to be off. */
export function clockWords({ clockOffset }: Pick<StudentProgress, "clockOffset">): string {
  if (clockOffset === null) return "";
  const time = duration(Math.abs(clockOffset) * 1000);
  return clockOffset > 0 ? t.clock.slow(time) : t.clock.fast(time);
}
