import { describe, expect, test } from "vitest";
import { describeFamily, print } from "../support/function-cases.ts";
import { aRecipient, textOf } from "../support/render.ts";

const instant = '"2024-11-01T17:19:51Z"';

describeFamily("Date-times", {
  getCurrentZonedDateTime: [
    ["getCurrentZonedDateTime()", "2026-01-30T12:00Z"],
    ["getCurrentZonedDateTime() = getCurrentZonedDateTime()", "true"],
  ],
  currentTimeInMillis: [
    ["currentTimeInMillis()", "1769774400000"],
    ["currentTimeInMillis() - currentTimeInMillis()", "0"],
  ],
  stringToDate: [
    [`stringToDate(${instant})`, "2024-11-01T17:19:51Z"],
    ['stringToDate("2024-11-01T17:19:51")', "2024-11-01T17:19:51Z"],
    ['stringToDate("2024-11-01 17:19")', "2024-11-01T17:19Z"],
    ['stringToDate("2024-11-01")', "2024-11-01T00:00Z"],
    ['stringToDate("2024-11-01T17:19:51.5+01:00")', "2024-11-01T17:19:51.500+01:00"],
    ['stringToDate("2024-07-01T08:00[Europe/Oslo]")', "2024-07-01T08:00+02:00[Europe/Oslo]"],
    ['stringToDate("2024-07-01T08:00Z[Europe/Oslo]")', "2024-07-01T10:00+02:00[Europe/Oslo]"],
    ['stringToDate("2023-01-10 23:13:26", "yyyy-MM-dd HH:mm:ss")', "2023-01-10T23:13:26Z"],
    ['stringToDate("10/01/23", "dd/MM/yy")', "2023-01-10T00:00Z"],
    ['stringToDate("1.2.2023 at 3 PM", "d.M.yyyy \'at\' h a")', "2023-02-01T15:00Z"],
    ['stringToDate("Jan 5 2023", "MMM d yyyy")', "2023-01-05T00:00Z"],
    ['stringToDate("2023-01-10T10:00+02:00", "yyyy-MM-dd\'T\'HH:mmXXX")', "2023-01-10T10:00+02:00"],
    ['stringToDate("2023-01-10T10:00Z", "yyyy-MM-dd\'T\'HH:mmXXX")', "2023-01-10T10:00Z"],
    ['stringToDate("2023-02-30", "yyyy-MM-dd")', 'excludes: "2023-02-30"'],
    ['stringToDate("23:13", "HH:mm")', 'excludes: "23:13"'],
    ['stringToDate("2023 10 10 01", "yyyy dd dd MM")', 'excludes: "2023 10 10 01"'],
    ['stringToDate("2023-01-10", concat("yyyy-", "bb"))', 'excludes: "2023-01-10"'],
    ['stringToDate(concat("2024-13", "-01"))', 'excludes: concat("2024-13", "-01")'],
    ['stringToDate("tomorrow")', 'excludes: "tomorrow"'],
    ['stringToDate("10:00")', 'excludes: "10:00"'],
    ['stringToDate("2024-07-01T08:00[Nowhere/Land]")', 'excludes: "2024-07-01T08:00[Nowhere/Land]"'],
    ["stringToDate(profile.none)", ""],
    ["stringToDate(profile.long)", "excludes: profile.long"],
    ['stringToDate(profile.long, "yyyy-MM-dd")', "excludes: profile.long"],
  ],
  toDateTime: [
    [`toDateTime(${instant})`, "2024-11-01T17:19:51Z"],
    ['toDateTime("10/01/2023", "dd/MM/yyyy")', "2023-01-10T00:00Z"],
    ['toDateTime("no date")', "1970-01-01T00:00Z"],
    ['toDateTime("no date", "dd/MM/yyyy")', "1970-01-01T00:00Z"],
    ["toDateTime(profile.none)", "1970-01-01T00:00Z"],
    ["toDateTime(profile.word, profile.none)", "1970-01-01T00:00Z"],
  ],
  toDateTimeOnly: [
    ['toDateTimeOnly("2024-11-01T17:19:51+01:00")', "2024-11-01T17:19:51"],
    ["toDateTimeOnly(profile.zoned)", "2024-07-01T08:00"],
    ["toDateTimeOnly(1730481591000)", "2024-11-01T17:19:51"],
    ["toDateTimeOnly(-1000000000000)", "1938-04-24T22:13:20"],
    ["toDateTimeOnly(-1000)", "1970-01-01T00:00"],
    ["toDateTimeOnly(profile.word)", "1970-01-01T00:00"],
    ["toDateTimeOnly(profile.none)", "1970-01-01T00:00"],
  ],
  formatDate: [
    ['formatDate("1769774400000", "yyyy-MM-dd HH:mm")', "2026-01-30 12:00"],
    ['formatDate(concat("1769", "7744"), "yyyy")', 'excludes: concat("1769", "7744")'],
    ['formatDate("2020-01-01T00:00:00Z", "EEEE MMMM dd yyyy")', "Wednesday January 01 2020"],
    [`formatDate(${instant}, "MM/dd/YY")`, "11/01/24"],
    [`formatDate(${instant}, "dd/MM/yyyy HH:mm:ss")`, "01/11/2024 17:19:51"],
    [`formatDate(${instant}, "d MMM yyyy", "fr_FR")`, "1 nov. 2024"],
    [`formatDate(${instant}, "d MMM yyyy", "fr-FR")`, "1 nov. 2024"],
    [`formatDate(${instant}, "EEEE", "de")`, "Freitag"],
    [`formatDate(${instant}, "dd MMMM", "ar_EG")`, "01 نوفمبر"],
    [`formatDate(${instant}, "EEEE", profile.word)`, "excludes: profile.word"],
    [`formatDate(${instant}, profile.word)`, "2024-11-01T17:19:51Z"],
    [`formatDate(${instant}, profile.none)`, "2024-11-01T17:19:51Z"],
    [`formatDate(${instant}, profile.long)`, "2024-11-01T17:19:51Z"],
    ['formatDate(profile.zoned, "HH:mm VV")', "08:00 Europe/Oslo"],
    ['formatDate(0, "yyyy")', "1970"],
    ['formatDate(1717171717, "yyyy-MM-dd HH:mm")', "2024-05-31 16:08"],
    ['formatDate("1717171717", "yyyy-MM-dd")', "2024-05-31"],
    ['formatDate(1717171717000, "yyyy-MM-dd")', "2024-05-31"],
    ['formatDate(42249600000, "yyyy-MM-dd")', "1971-05-05"],
    ['formatDate(20260130, "yyyy-MM-dd")', "excludes: 20260130"],
    ['formatDate(2026, "yyyy")', "excludes: 2026"],
    ['formatDate(profile.none, "yyyy")', ""],
    ['formatDate(profile.word, "yyyy")', "excludes: profile.word"],
    ['formatDate(profile.list, "yyyy")', "excludes: profile.list"],
  ],
  convertZonedDateTime: [
    ['convertZonedDateTime("2019-02-19T08:09:00Z", "Asia/Tehran")', "2019-02-19T11:39+03:30[Asia/Tehran]"],
    ['convertZonedDateTime("2024-07-01T08:00", "europe/oslo")', "2024-07-01T10:00+02:00[Europe/Oslo]"],
    ['convertZonedDateTime(profile.zoned, "America/New_York")', "2024-07-01T02:00-04:00[America/New_York]"],
    [`convertZonedDateTime(${instant}, profile.word)`, "excludes: profile.word"],
    ['convertZonedDateTime("2026-03-05T10:00:00Z", "+05:30")', "2026-03-05T15:30+05:30"],
    ['convertZonedDateTime("2026-03-05T10:00:00Z", "UTC+05:30")', "2026-03-05T15:30+05:30"],
    ['convertZonedDateTime("2026-03-05T10:00:00Z", "GMT+2")', "2026-03-05T12:00+02:00"],
    ['convertZonedDateTime("2026-03-05T10:00:00Z", "UT-01:00")', "2026-03-05T09:00-01:00"],
    ['convertZonedDateTime("2026-03-05T10:00:00Z", "-0330")', "2026-03-05T06:30-03:30"],
    ['convertZonedDateTime("2026-03-05T10:00:00Z", "+5")', "2026-03-05T15:00+05:00"],
    ['convertZonedDateTime("2026-03-05T15:30+05:30", "Z")', "2026-03-05T10:00Z"],
    ['convertZonedDateTime("2026-03-05T10:00:00Z", "GMT")', "2026-03-05T10:00Z"],
    ['convertZonedDateTime("2026-03-05T10:00:00Z", concat("+", "18:30"))', 'excludes: concat("+", "18:30")'],
    ['convertZonedDateTime("2026-03-05T10:00:00Z", concat("+05:", "75"))', 'excludes: concat("+05:", "75")'],
    ['convertZonedDateTime("2026-03-05T10:00[UTC+05:30]", "Europe/Oslo")', "2026-03-05T05:30+01:00[Europe/Oslo]"],
    [`convertZonedDateTime(${instant}, profile.none)`, "2024-11-01T17:19:51Z"],
    ['convertZonedDateTime(profile.none, "Asia/Tehran")', ""],
  ],
  toUTC: [
    ["toUTC(profile.zoned)", "2024-07-01T06:00Z"],
    ["toUTC(profile.none)", ""],
  ],
  addYears: [
    [`addYears(${instant}, 2)`, "2026-11-01T17:19:51Z"],
    ["addYears(profile.date, 1)", "2025-02-28T23:30Z"],
    ["addYears(profile.date, -4)", "2020-02-29T23:30Z"],
    ["addYears(profile.date, 8000)", "excludes: addYears(profile.date, 8000)"],
    ["addYears(profile.none, 1)", ""],
  ],
  addMonths: [
    [`addMonths(${instant}, 2)`, "2025-01-01T17:19:51Z"],
    ['addMonths("2024-01-31", 1)', "2024-02-29T00:00Z"],
    ['addMonths("2024-03-31", -1)', "2024-02-29T00:00Z"],
    ["addMonths(profile.date, profile.word)", "excludes: profile.word"],
    ["addMonths(profile.word, 1)", "excludes: profile.word"],
  ],
  addDays: [
    [`addDays(${instant}, 10)`, "2024-11-11T17:19:51Z"],
    ["addDays(profile.date, 1)", "2024-03-01T23:30Z"],
    [`addDays(${instant}, -1)`, "2024-10-31T17:19:51Z"],
    [`addDays(${instant}, 1.9)`, "2024-11-02T17:19:51Z"],
    ['addDays("2024-03-30T12:00[Europe/Oslo]", 1)', "2024-03-31T12:00+02:00[Europe/Oslo]"],
    ["addDays(profile.date, 99999999999999)", "excludes: addDays(profile.date, 99999999999999)"],
    ["addDays(profile.date, profile.none)", ""],
    ["addDays(profile.none, 1)", ""],
  ],
  addHours: [
    [`addHours(${instant}, 1)`, "2024-11-01T18:19:51Z"],
    [`addHours(${instant}, -24)`, "2024-10-31T17:19:51Z"],
    ['addHours("2024-03-31T01:30[Europe/Oslo]", 1)', "2024-03-31T03:30+02:00[Europe/Oslo]"],
    ["addHours(profile.none, 1)", ""],
  ],
  addMinutes: [
    ['addMinutes("2024-11-01T17:59:51Z", 10)', "2024-11-01T18:09:51Z"],
    [`addMinutes(${instant}, -20)`, "2024-11-01T16:59:51Z"],
    ["addMinutes(profile.none, 1)", ""],
  ],
  addSeconds: [
    [`addSeconds(${instant}, 10)`, "2024-11-01T17:20:01Z"],
    [`addSeconds(${instant}, -52)`, "2024-11-01T17:18:59Z"],
    ["addSeconds(profile.none, 1)", ""],
  ],
  setDays: [
    ['setDays("2024-11-15T17:19:51Z", 1)', "2024-11-01T17:19:51Z"],
    [`setDays(${instant}, 30)`, "2024-11-30T17:19:51Z"],
    [`setDays(${instant}, 31)`, 'excludes: setDays("2024-11-01T17:19:51Z", 31)'],
    [`setDays(${instant}, 0)`, 'excludes: setDays("2024-11-01T17:19:51Z", 0)'],
    [`setDays(${instant}, -1)`, 'excludes: setDays("2024-11-01T17:19:51Z", -1)'],
    ["setDays(profile.none, 1)", ""],
  ],
  setHours: [
    [`setHours(${instant}, 0)`, "2024-11-01T00:19:51Z"],
    [`setHours(addDays(${instant}, -7), 9)`, "2024-10-25T09:19:51Z"],
    [`setHours(${instant}, 24)`, 'excludes: setHours("2024-11-01T17:19:51Z", 24)'],
    [`setHours(${instant}, -1)`, 'excludes: setHours("2024-11-01T17:19:51Z", -1)'],
    ["setHours(profile.none, 1)", ""],
  ],
  truncateToStartOfDay: [
    [`truncateToStartOfDay(${instant})`, "2024-11-01T00:00Z"],
    ["truncateToStartOfDay(profile.zoned)", "2024-07-01T00:00+02:00[Europe/Oslo]"],
    ["truncateToStartOfDay(profile.none)", ""],
  ],
  truncateToStartOfWeek: [
    ['truncateToStartOfWeek("2024-11-19T17:19:51Z")', "2024-11-18T00:00Z"],
    ['truncateToStartOfWeek("2024-11-17T17:19:51Z")', "2024-11-11T00:00Z"],
    ["truncateToStartOfWeek(profile.none)", ""],
  ],
  truncateToStartOfQuarter: [
    [`truncateToStartOfQuarter(${instant})`, "2024-10-01T00:00Z"],
    ["truncateToStartOfQuarter(profile.date)", "2024-01-01T00:00Z"],
    ["truncateToStartOfQuarter(profile.none)", ""],
  ],
  truncateToStartOfYear: [
    [`truncateToStartOfYear(${instant})`, "2024-01-01T00:00Z"],
    ["truncateToStartOfYear(profile.none)", ""],
  ],
});

test("weeks are counted as the locale counts them", () => {
  expect(print('formatDate("2023-12-31", "YYYY w e", "en_US")')).toBe("2024 1 1");
  expect(print('formatDate("2023-12-31", "YYYY w e", "de_DE")')).toBe("2023 52 7");
});

/** As https://docs.oracle.com/javase/8/docs/api/java/time/format/DateTimeFormatter.html describes each letter. */
describe("a letter of a date pattern means what it means in Java", () => {
  test.each([
    ["G y yy yyyy u uuuu", "AD 2023 23 2023 2023 2023"],
    ["Y YY YYYY", "2024 24 2024"],
    ["Q QQ QQQ q qq qqq", "4 04 Q4 4 04 Q4"],
    ["M MM MMM MMMM MMMMM L LL LLL LLLL", "12 12 Dec December D 12 12 Dec December"],
    ["w ww", "1 01"],
    ["D DDD d dd", "365 365 31 31"],
    ["E EEE EEEE EEEEE", "Sun Sun Sunday S"],
    ["e ee eee", "1 01 Sun"],
    ["a h hh H HH", "AM 12 12 0 00"],
    ["k kk K KK", "24 24 0 00"],
    ["m mm s ss", "5 05 9 09"],
    ["S SS SSS SSSSSS", "0 04 042 042000"],
    ["X XX XXX x xx xxx", "Z Z Z +00 +0000 +00:00"],
    ["Z ZZZZ ZZZZZ O", "+0000 GMT +00:00 GMT"],
    ["YYYY'-W'ww 'o''clock' ''", "2024-W01 o'clock '"],
    ["yyyy年M月d日", "2023年12月31日"],
  ])("%s prints %s", (pattern, expected) => {
    expect(print(`formatDate("2023-12-31T00:05:09.042Z", "${pattern}")`)).toBe(expected);
  });

  test.each([
    ["X XX XXX x xx xxx", "+0530 +0530 +05:30 +0530 +0530 +05:30"],
    ["Z ZZZZ ZZZZZ O OOOO", "+0530 GMT+05:30 +05:30 GMT+0530 GMT+05:30"],
    ["VV", "Asia/Kolkata"],
    ["z", "GMT+5:30"],
    ["zzzz", "India Standard Time"],
  ])("%s prints %s in India", (pattern, expected) => {
    expect(print(`formatDate("2023-12-31T10:05[Asia/Kolkata]", "${pattern}")`)).toBe(expected);
  });

  test.each(["yyyyy", "MMMMMM", "ddd", "bb", "W", "n", "[yyyy]", "{", "#", "'open", "VVV", "OO", "XXXX", "SSSSSSSSSS"])(
    "%s is no pattern, so the date is printed in ISO form",
    (pattern) => {
      expect(
        textOf("{%= formatDate(profile.date, context.pattern) %}", { profile: { date: "2024-02-29" }, context: { pattern } }),
      ).toBe("2024-02-29T00:00Z");
    },
  );
});

test("the present instant is the rendering's, whatever the machine's clock says", () => {
  expect(aRecipient().now.toISOString()).toBe("2026-01-30T12:00:00.000Z");
  expect(print('formatDate(getCurrentZonedDateTime(), "MM/dd/YYYY")')).toBe("01/30/2026");
  expect(print("dayOfWeek(getCurrentZonedDateTime())")).toBe("5");
  expect(print('dateDiff(getCurrentZonedDateTime(), "2026-02-06T12:00Z")')).toBe("7");
});
