import { dayAndTime, timeOfDay } from "../../i18n";

/** The local time, with the date if it is not today. */
export function when(time: string): string {
  const ms = Date.parse(time);
  return new Date(ms).toDateString() === new Date().toDateString() ? timeOfDay(ms) : dayAndTime(ms);
}
