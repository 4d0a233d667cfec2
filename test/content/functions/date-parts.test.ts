import { describeFamily } from "../support/function-cases.ts";

const instant = '"2024-11-01T17:19:51Z"';

/** The present instant is 2026-01-30T12:00Z. */
describeFamily("Parts of date-times and differences", {
  dayOfMonth: [
    ['dayOfMonth("2024-11-05T17:19:51Z")', "5"],
    ["dayOfMonth(profile.none)", ""],
    ["dayOfMonth(profile.word)", "excludes: profile.word"],
  ],
  dayOfWeek: [
    ['dayOfWeek("2024-11-04")', "1"],
    ['dayOfWeek("2024-11-10")', "7"],
    ["dayOfWeek(profile.null)", ""],
  ],
  dayOfYear: [
    ['dayOfYear("2024-03-15T00:00:00Z")', "75"],
    ['dayOfYear("2024-12-31")', "366"],
    ["dayOfYear(profile.none)", ""],
  ],
  weekOfYear: [
    [`weekOfYear(${instant})`, "44"],
    ['weekOfYear("2024-12-31")', "1"],
    ['weekOfYear("2021-01-01")', "53"],
    ["weekOfYear(profile.none)", ""],
  ],
  extractMonth: [
    [`extractMonth(${instant})`, "11"],
    ["extractMonth(profile.none)", ""],
  ],
  extractHours: [
    [`extractHours(${instant})`, "17"],
    ["extractHours(profile.zoned)", "8"],
    ['extractHours("2024-11-01")', "0"],
    ["extractHours(profile.none)", ""],
  ],
  extractMinutes: [
    [`extractMinutes(${instant})`, "19"],
    ["extractMinutes(profile.none)", ""],
  ],
  extractSeconds: [
    [`extractSeconds(${instant})`, "51"],
    ["extractSeconds(profile.none)", ""],
  ],
  age: [
    ['age("1990-01-30")', "36"],
    ['age("1990-01-31")', "35"],
    ['age("2030-01-30T12:00Z")', "-4"],
    ['age("2026-01-30T12:00:01Z")', "0"],
    ["age(profile.none)", ""],
  ],
  ageInMonths: [
    ['ageInMonths("2025-01-30T12:00Z")', "12"],
    ['ageInMonths("2025-01-30T12:01Z")', "11"],
    ['ageInMonths("2026-03-01T12:00Z")', "-1"],
    ["ageInMonths(profile.none)", ""],
  ],
  ageInDays: [
    ['ageInDays("2026-01-25T17:19:51Z")', "4"],
    ['ageInDays("2026-01-25")', "5"],
    ['ageInDays("2026-02-02T12:00Z")', "-3"],
    ["ageInDays(profile.none)", ""],
  ],
  compareDates: [
    ['compareDates("2024-12-02T00:00:00Z", "2024-12-03T00:00:00Z")', "-1"],
    ['compareDates("2024-12-03T01:00+01:00", "2024-12-03")', "0"],
    ['compareDates("2024-12-04", "2024-12-03")', "1"],
    ['compareDates(profile.none, "2024-12-03")', ""],
    ['compareDates("2024-12-03", profile.word)', "excludes: profile.word"],
  ],
  dateBetween: [
    ['dateBetween("2024-06-15", "2024-06-01", "2024-06-30")', "true"],
    ['dateBetween("2024-06-01", "2024-06-01", "2024-06-30")', "true"],
    ['dateBetween("2024-06-30", "2024-06-01", "2024-06-30")', "true"],
    ['dateBetween("2024-06-30T00:00:01", "2024-06-01", "2024-06-30")', "false"],
    ['dateBetween("2024-05-31", "2024-06-01", "2024-06-30")', "false"],
    ['dateBetween(profile.none, "2024-06-01", "2024-06-30")', "false"],
    ['dateBetween("2024-06-15", profile.none, "2024-06-30")', "false"],
    ['dateBetween("2024-06-15", "2024-06-01", profile.word)', "excludes: profile.word"],
  ],
  dateDiff: [
    ['dateDiff("2024-11-01", "2024-11-08")', "7"],
    ['dateDiff("2024-11-08", "2024-11-01")', "-7"],
    ['dateDiff("2024-11-01T12:00", "2024-11-02T11:59")', "0"],
    ['dateDiff("2024-03-30T12:00[Europe/Oslo]", "2024-03-31T12:00[Europe/Oslo]")', "1"],
    ['dateDiff(profile.none, "2024-11-01")', ""],
    ['dateDiff("2024-11-01", profile.word)', "excludes: profile.word"],
  ],
  diffInYears: [
    [`diffInYears(${instant}, "2019-10-01T17:19:51Z")`, "5"],
    ['diffInYears("2019-01-01", "2024-01-01")', "-5"],
    ["diffInYears(profile.none, profile.date)", ""],
  ],
  diffInMonths: [
    [`diffInMonths(${instant}, "2024-08-01T17:19:51Z")`, "3"],
    ['diffInMonths("2024-02-29", "2024-01-31")', "1"],
    ['diffInMonths("2024-02-28", "2024-01-31")', "0"],
    ['diffInMonths("2024-01-01", "2024-03-01")', "-2"],
    ["diffInMonths(profile.date, profile.none)", ""],
  ],
  diffInHours: [
    [`diffInHours(${instant}, "2024-11-01T07:19:51Z")`, "10"],
    [`diffInHours("2024-11-01T17:00Z", "2024-11-01T17:59Z")`, "0"],
    ["diffInHours(profile.word, profile.date)", "excludes: profile.word"],
  ],
  diffInMinutes: [
    [`diffInMinutes(${instant}, "2024-11-01T16:19:51Z")`, "60"],
    ['diffInMinutes("2024-11-01T16:00Z", "2024-11-01T18:00Z")', "-120"],
    ["diffInMinutes(profile.none, profile.date)", ""],
  ],
  diffInSeconds: [
    [`diffInSeconds(${instant}, "2024-11-01T17:19:01Z")`, "50"],
    ['diffInSeconds("2024-11-01T17:00+01:00", "2024-11-01T16:00Z")', "0"],
    ["diffInSeconds(profile.none, profile.date)", ""],
  ],
});
