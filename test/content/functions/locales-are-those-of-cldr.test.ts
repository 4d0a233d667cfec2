import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DateTime } from "luxon";
import { describe, expect, test } from "vitest";
import { localesOfCldr, namesIn, readGregorian } from "../../../scripts/print-locale-names.ts";
import { formatWithPattern, parseDatePattern } from "../../../src/content/functions/date-pattern.ts";
import { localWeek, localWeekday } from "../../../src/content/functions/local-week.ts";
import { resolveLocale } from "../../../src/content/functions/locale.ts";
import { print } from "../support/function-cases.ts";

const modules = join(import.meta.dirname, "../../../node_modules");
const readJson = (path: string) => JSON.parse(readFileSync(join(modules, path), "utf8"));

describe("dates have the names that Unicode CLDR gives them in the Gregorian calendar", () => {
  /** For each kind of name, a day for each of them. */
  const days: Readonly<Record<string, readonly DateTime[]>> = {
    M: Array.from({ length: 12 }, (_, index) => DateTime.utc(2026, index + 1, 5)),
    L: Array.from({ length: 12 }, (_, index) => DateTime.utc(2026, index + 1, 5)),
    E: Array.from({ length: 7 }, (_, index) => DateTime.utc(2026, 3, 2 + index)),
    Q: [1, 4, 7, 10].map((month) => DateTime.utc(2026, month, 5)),
    q: [1, 4, 7, 10].map((month) => DateTime.utc(2026, month, 5)),
    a: [9, 15].map((hour) => DateTime.utc(2026, 3, 5, hour)),
    G: [DateTime.utc(-5, 3, 5), DateTime.utc(2026, 3, 5)],
  };

  test("every month, weekday, quarter, half of a day and era, in every locale that has names there", () => {
    const wrong: string[] = [];
    let locales = 0;
    for (const tag of localesOfCldr()) {
      const locale = resolveLocale(tag);
      if (!locale) continue;
      locales += 1;
      for (const [letters, names] of Object.entries(namesIn(readGregorian(tag)))) {
        const pattern = parseDatePattern(letters) ?? [];
        const printed = (days[letters.charAt(0)] ?? []).map((day) => formatWithPattern(day, pattern, locale)).join("|");
        if (printed !== names) wrong.push(`${tag} ${letters}: ${printed} instead of ${names}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(locales).toBeGreaterThan(600);
  });

  test.each([
    ["fa_IR", "5 مارس 2026"],
    ["ps", "5 مارچ 2026"],
    ["uz_AF", "5 مارچ 2026"],
    ["ckb_IR", "5 ئازار 2026"],
    ["th_TH", "5 มีนาคม 2026"],
    ["pt_PT", "5 março 2026"],
    ["zh_TW", "5 3月 2026"],
    ["el_CY", "5 Μαρτίου 2026"],
  ])("in %s it is %s", (locale, expected) => {
    expect(print(`formatDate("2026-03-05T10:00:00Z", "d MMMM yyyy", "${locale}")`)).toBe(expected);
  });
});

describe("weeks are counted as Unicode CLDR says for the region", () => {
  const { firstDay, minDays } = readJson("cldr-core/supplemental/weekData.json").supplemental.weekData;
  const regions = [...new Set([...Object.keys(firstDay), ...Object.keys(minDays)])].filter(
    // Of countries that are gone, the locale names the one that came after.
    (region) => /^[A-Z]{2}$/.test(region) && new Intl.Locale(`en-${region}`).region === region,
  );
  const names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

  test("in every region of the world, at every turn of 30 years", () => {
    const wrong: string[] = [];
    for (const region of regions) {
      const locale = resolveLocale(`en-${region}`);
      const first = names.indexOf(firstDay[region] ?? firstDay["001"]) + 1;
      const least = Number(minDays[region] ?? minDays["001"]);
      if (locale?.firstDay !== first || locale.minDays !== least) wrong.push(region);
    }
    expect(wrong).toEqual([]);
    expect(regions.length).toBeGreaterThan(150);
  });

  test.each(
    [1, 5, 6, 7].flatMap((firstDay) => [
      { firstDay, minDays: 1 },
      { firstDay, minDays: 4 },
    ]),
  )("the first week of a year has so many days of it, and each week follows on the one before: %j", (rules) => {
    let [year, week] = [0, 0];
    for (let day = DateTime.utc(1999, 1, 1); day.year < 2030; day = day.plus({ days: 1 })) {
      const begins = localWeekday(day, rules) === 1;
      if (begins && beginsYear(day, rules.minDays)) [year, week] = [day.plus({ days: 6 }).year, 1];
      else if (begins) week += 1;
      if (year > 0) expect(localWeek(day, rules), day.toISODate() ?? "").toEqual({ year, week });
    }
  });

  /** Whether the seven days from here on are the first ones that hold so many days of a year. */
  function beginsYear(day: DateTime, minDays: number): boolean {
    const days = Array.from({ length: 7 }, (_, index) => day.plus({ days: index }));
    const before = Array.from({ length: 7 }, (_, index) => day.minus({ days: 7 - index }));
    const { year } = days[6] as DateTime;
    const count = (week: readonly DateTime[]) => week.filter((one) => one.year === year).length;
    return count(days) >= minDays && count(before) < minDays;
  }

  test.each([
    ["2026-03-05", "en_US", "2026 10"],
    ["2026-12-31", "en_US", "2027 1"],
    ["2026-12-31", "ja", "2027 1"],
    ["2026-12-31", "pt_BR", "2027 1"],
    ["2026-12-31", "en_IN", "2027 1"],
    ["2026-12-31", "he", "2027 1"],
    ["2026-12-31", "de_DE", "2026 53"],
  ])("%s in %s is in week %s", (day, locale, expected) => {
    expect(print(`formatDate("${day}", "YYYY w", "${locale}")`)).toBe(expected);
  });
});

describe("numbers are written as Unicode CLDR says", () => {
  const folder = "cldr-numbers-full/main";
  const systems = readJson("cldr-core/supplemental/numberingSystems.json").supplemental.numberingSystems;
  type Numbers = Record<string, unknown> & { defaultNumberingSystem: string; minimumGroupingDigits: string };

  function expected(numbers: Numbers, text: string): string {
    const system = numbers.defaultNumberingSystem;
    const symbols = numbers[`symbols-numberSystem-${system}`] as { decimal: string; group: string };
    const { standard } = numbers[`decimalFormats-numberSystem-${system}`] as { standard: string };
    const [whole = "", fraction = ""] = text.split(".");
    const sizes = (standard.split(";")[0]?.split(".")[0] ?? "")
      .split(",")
      .slice(1)
      .map((part) => part.length)
      .reverse();
    const [last = whole.length, other = last] = sizes;
    const isGrouped = whole.length >= last + Number(numbers.minimumGroupingDigits);
    const groups: string[] = [];
    for (let rest = whole, size = last; rest !== ""; size = other) {
      groups.unshift(isGrouped ? rest.slice(-size) : rest);
      rest = isGrouped ? rest.slice(0, -size) : "";
    }
    const digits = [...(systems[system]._digits as string)];
    const local = (part: string) => [...part].map((digit) => digits[Number(digit)]).join("");
    return groups.map(local).join(symbols.group) + symbols.decimal + local(fraction);
  }

  test("digits, groups and the decimal sign, in every locale", () => {
    const wrong: string[] = [];
    let locales = 0;
    for (const tag of readdirSync(join(modules, folder))) {
      // What ICU does not have, it writes as the locale that it falls back to.
      if (Intl.NumberFormat.supportedLocalesOf(tag).length === 0) continue;
      if (new Intl.NumberFormat(tag).resolvedOptions().locale !== tag) continue;
      locales += 1;
      const { numbers } = readJson(`${folder}/${tag}/numbers.json`).main[tag];
      for (const text of ["1234.5", "1234567.891"]) {
        const printed = print(`formatNumber(${text}, "${tag}")`);
        if (printed !== expected(numbers, text)) wrong.push(`${tag}: ${printed} instead of ${expected(numbers, text)}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(locales).toBeGreaterThan(500);
  });
});
