import type { DateTime } from "luxon";
import type { Locale } from "./locale.ts";

type Rules = Pick<Locale, "firstDay" | "minDays">;

/** From 1 for the first day of a week there. */
export function localWeekday({ weekday }: Pick<DateTime, "weekday">, { firstDay }: Rules): number {
  return ((weekday - firstDay + 7) % 7) + 1;
}

/**
 * The week that a day is in, and the year that the week belongs to: the first week of a year is the first one that has
 * so many days of it. Luxon asks Intl for the rules, which no longer knows how many days that is.
 */
export function localWeek(date: DateTime, rules: Rules): { readonly year: number; readonly week: number } {
  const start = date.minus({ days: localWeekday(date, rules) - 1 });
  // The year of a week is the year of its day that decides whether it is the first one.
  const { year } = start.plus({ days: 7 - rules.minDays });
  const firstOfYear = date.set({ year, month: 1, day: 1 });
  const daysBefore = localWeekday(firstOfYear, rules) - 1;
  const isFirst = 7 - daysBefore >= rules.minDays;
  const firstStart = firstOfYear.minus({ days: daysBefore - (isFirst ? 0 : 7) });
  return { year, week: Math.round(start.diff(firstStart, "days").days / 7) + 1 };
}
