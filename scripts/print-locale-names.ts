import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const folder = join(root, "node_modules/cldr-dates-full/main");
const target = join(root, "src/content/functions/locale-names.generated.ts");

type Widths = Readonly<Record<"wide" | "abbreviated" | "narrow", Readonly<Record<string, string>>>>;
type Forms = Readonly<Record<"format" | "stand-alone", Widths>>;
type Gregorian = Readonly<Record<"months" | "days" | "quarters" | "dayPeriods", Forms>> & {
  readonly eras: Readonly<Record<"eraNames" | "eraAbbr" | "eraNarrow", Readonly<Record<string, string>>>>;
};

const months = Array.from({ length: 12 }, (_, index) => `${index + 1}`);
const quarters = ["1", "2", "3", "4"];
const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/** The names of one locale, by the letters of a date pattern. */
export function namesIn({ months: month, days: day, quarters: quarter, dayPeriods, eras }: Gregorian): Record<string, string> {
  const pick = (names: Readonly<Record<string, string>>, keys: readonly string[]) => keys.map((key) => names[key]).join("|");
  return {
    MMM: pick(month.format.abbreviated, months),
    MMMM: pick(month.format.wide, months),
    MMMMM: pick(month.format.narrow, months),
    LLL: pick(month["stand-alone"].abbreviated, months),
    LLLL: pick(month["stand-alone"].wide, months),
    LLLLL: pick(month["stand-alone"].narrow, months),
    EEE: pick(day.format.abbreviated, weekdays),
    EEEE: pick(day.format.wide, weekdays),
    EEEEE: pick(day.format.narrow, weekdays),
    QQQ: pick(quarter.format.abbreviated, quarters),
    QQQQ: pick(quarter.format.wide, quarters),
    qqq: pick(quarter["stand-alone"].abbreviated, quarters),
    qqqq: pick(quarter["stand-alone"].wide, quarters),
    a: pick(dayPeriods.format.abbreviated, ["am", "pm"]),
    G: pick(eras.eraAbbr, ["0", "1"]),
    GGGG: pick(eras.eraNames, ["0", "1"]),
    GGGGG: pick(eras.eraNarrow, ["0", "1"]),
  };
}

export function readGregorian(locale: string): Gregorian {
  const file = JSON.parse(readFileSync(join(folder, locale, "ca-gregorian.json"), "utf8"));
  return file.main[locale].dates.calendars.gregorian;
}

/** Those that have names: where nobody gave any yet, the months are M01 to M12. */
export function localesOfCldr(): string[] {
  const locales = readdirSync(folder).sort();
  return locales.filter((locale) => readGregorian(locale).months.format.wide[1] !== "M01");
}

/** What a locale has otherwise than the locale that its tag begins with; the root has the rest. */
function differences(all: ReadonlyMap<string, Record<string, string>>): Record<string, Record<string, string>> {
  const entries = [...all].map(([locale, names]) => {
    const parent = parentsOf(locale).find((tag) => all.has(tag));
    const inherited = parent === undefined ? {} : (all.get(parent) ?? {});
    return [locale, Object.fromEntries(Object.entries(names).filter(([key, value]) => inherited[key] !== value))] as const;
  });
  return Object.fromEntries(entries.filter(([, names]) => Object.keys(names).length > 0));
}

function parentsOf(locale: string): string[] {
  const parts = locale.split("-");
  return parts.slice(1).map((_, index) => parts.slice(0, parts.length - 1 - index).join("-"));
}

function weekRules(): { firstDays: Record<string, number>; minDays: Record<string, number> } {
  const { weekData } = JSON.parse(
    readFileSync(join(root, "node_modules/cldr-core/supplemental/weekData.json"), "utf8"),
  ).supplemental;
  const regions = (table: Record<string, string>) =>
    Object.entries(table).filter(([region]) => /^(?:001|[A-Z]{2})$/.test(region));
  return {
    firstDays: Object.fromEntries(regions(weekData.firstDay).map(([region, day]) => [region, weekdays.indexOf(day) + 1])),
    minDays: Object.fromEntries(regions(weekData.minDays).map(([region, days]) => [region, Number(days)])),
  };
}

function print(): string {
  const names = differences(new Map(localesOfCldr().map((locale) => [locale, namesIn(readGregorian(locale))])));
  const { firstDays, minDays } = weekRules();
  return [
    "// Printed from Unicode CLDR by `npx tsx scripts/print-locale-names.ts`: do not edit. Data under the licence Unicode-3.0.",
    "",
    "/** By locale and letters of a date pattern, names with `|` between them: what differs from the locale that the tag begins with. */",
    "export const localeNames = JSON.parse(",
    `  ${JSON.stringify(JSON.stringify(names))},`,
    ") as Readonly<Record<string, Readonly<Record<string, string>>>>;",
    "",
    "/** By region, the first day of a week, 1 being Monday; 001 is the rest of the world. */",
    `export const firstDays: Readonly<Record<string, number>> = ${JSON.stringify(firstDays)};`,
    "",
    "/** By region, how many days of a year the first week has at least. */",
    `export const minDays: Readonly<Record<string, number>> = ${JSON.stringify(minDays)};`,
    "",
  ].join("\n");
}

if (process.argv[1] === import.meta.filename) writeFileSync(target, print());
