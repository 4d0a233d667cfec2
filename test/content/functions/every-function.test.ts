import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { argumentType, type TemplateFunction } from "../../../src/content/functions/define-function.ts";
import { families, functions } from "../../../src/content/functions/registry.ts";
import { compileContent } from "../../../src/content/index.ts";
import { cpuMilliseconds } from "../../support/cpu-milliseconds.ts";
import { cases } from "../../support/random-cases.ts";
import { dearArguments } from "../support/dear-arguments.ts";
import { aRecipientWith, print } from "../support/function-cases.ts";

const all = [...functions.values()];

test("every family has its tables, and every name is given once", () => {
  const tests = readdirSync(import.meta.dirname).map((file) => readFileSync(`${import.meta.dirname}/${file}`, "utf8"));
  for (const { title } of families) expect(tests.join("")).toContain(`describeFamily("${title}"`);
  expect(families.flatMap((family) => family.functions)).toHaveLength(functions.size);
});

/** From the pages below help/using/personalization/functions of AdobeDocs/journey-optimizer.en. */
const namesOfTheReference = `camelCase charCodeAt concat contains doesNotContain startsWith doesNotStartWith endsWith
  doesNotEndWith encode64 decode64 equals equalsIgnoreCase equalsAnyIgnoreCase notEqualTo notEqualWithIgnoreCase
  extractEmailDomain formatCurrency getUrlHost getUrlPath getUrlProtocol getUrlFragment appendQueryParams urlEncode urlDecode
  indexOf lastIndexOf isEmpty isNotEmpty join split trim leftTrim rightTrim length like matches regexGroup replace replaceAll
  mask md5 sha256 lowerCase upperCase titleCase substr stringToDate string_to_integer stringToNumber toBool toDateTime
  toDateTimeOnly addDays addHours addMinutes addMonths addSeconds addYears age ageInDays ageInMonths compareDates
  convertZonedDateTime currentTimeInMillis getCurrentZonedDateTime dateDiff dateBetween dayOfMonth dayOfWeek dayOfYear
  weekOfYear diffInSeconds diffInMinutes diffInHours diffInMonths diffInYears extractHours extractMinutes extractMonth
  extractSeconds formatDate setDays setHours toUTC truncateToStartOfDay truncateToStartOfWeek truncateToStartOfQuarter
  truncateToStartOfYear countOnlyNull countWithNull distinct distinctCountWithNull head topN bottomN in notIn includes
  intersects subsetOf supersetOf average count max min sum get keys values isNull isNotNull absolute formatNumber random
  roundDown roundUp toHexString toInt toPercentage toPrecision toString ampCompare ampSubstr compareTo`;

test("the functions are those that authors know from the reference product", () => {
  expect([...functions.keys()].sort()).toEqual(namesOfTheReference.split(/\s+/).sort());
});

describe("every function has a line of documentation, and its example prints what it says", () => {
  test.each(all)("$name", ({ name, doc, example: [call, result] }) => {
    expect(doc).toMatch(/^[A-Z"-].*\.$/);
    expect(doc.length).toBeLessThan(140);
    expect(call).toContain(`${name}(`);
    expect(print(call)).toBe(result);
  });
});

const scalar = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    undefined,
    true,
    false,
    0,
    -1,
    1.5,
    1e21,
    Number.MAX_VALUE,
    "",
    " ",
    "a",
    "7",
    "-1e5",
    "2024-02-30",
  ),
  fc.constantFrom<unknown>(
    "2024-02-29T23:30Z",
    "Europe/Oslo",
    "fr_FR",
    "xx",
    "dd/MM/yyyy",
    "(a+)+$",
    "(",
    "%_",
    "\ud800",
    "__proto__",
  ),
  fc.string({ maxLength: 5 }),
  fc.double(),
);
const anyValue = fc.oneof(
  scalar,
  fc.array(scalar, { maxLength: 4 }),
  fc.dictionary(fc.string({ maxLength: 3 }), scalar, { maxKeys: 3 }),
  fc.array(fc.dictionary(fc.constantFrom("a", "7", "__proto__"), scalar), { maxLength: 3 }),
);

function callWithContext(name: string, count: number) {
  const args = Array.from({ length: count }, (_, index) => `context.v${index}`).join(", ");
  // Behind the fallback, the review knows no type of it.
  const body = `{% let v = ${name}(${args}) ?: profile.none %}{{v}}{{#each v as |x|}}{{x}}{{/each}}.`;
  return compileContent("SMS", { sms: { body } });
}

/** `v0`, `v1`, ... */
function numbered(values: readonly unknown[]): Record<string, unknown> {
  return Object.fromEntries(values.map((value, index) => [`v${index}`, value]));
}

describe("no function fails, whatever the data is, and each gives the same again", () => {
  test.each(all)("$name", ({ name, argumentsMin, argumentsMax }) => {
    const counts = [...new Set([argumentsMin, Math.min(argumentsMax, argumentsMin + 2)])];
    const contents = counts.map((count) => callWithContext(name, count));
    fc.assert(
      fc.property(fc.array(anyValue, { minLength: 4, maxLength: 4 }), fc.constantFrom(...contents), (values, content) => {
        const recipient = aRecipientWith(numbered(values));
        const before = JSON.stringify(recipient);
        const result = content.render(recipient, { missingContext: "PRINT_NOTHING" });
        expect(result.kind === "rendered" ? "" : result.detail).toBe("");
        expect(content.render(recipient, { missingContext: "PRINT_NOTHING" })).toEqual(result);
        expect(JSON.stringify(recipient)).toBe(before);
      }),
      { ...cases, numRuns: cases.numRuns / 25 },
    );
  });
});

const long = 100_000;
const hostile: readonly (readonly [string, readonly unknown[]])[] = [
  ["the same letter", ["a".repeat(long), `b${"a".repeat(long)}`, "a".repeat(long)]],
  ["a part at the end", ["a".repeat(long), `${"a".repeat(long / 2)}b`, "x".repeat(1_000)]],
  ["a short part", ["ab".repeat(long), "a", "x".repeat(1_000)]],
  ["an expression of everything", ["a".repeat(long), "((a*)*b|a)(.*a){20}", "x".repeat(long)]],
  ["a large expression", ["a".repeat(long), `${"(a?b?c?)".repeat(20)}{5}x`, 1]],
  ["an expression that looks far ahead", ["a".repeat(long), "a.*b|a", "x"]],
  ["a short text and an expression that looks far ahead", ["a".repeat(6_000), "(a).*(b)|(a)(.?.?.?.?.?.?.?.?){9}", "x"]],
  ["percent signs", ["a".repeat(long), "%a".repeat(200), 1]],
  ["digits", ["1".repeat(long), "1".repeat(long), "1".repeat(long)]],
  ["blanks", [" ".repeat(long), " ".repeat(long), " "]],
  ["brackets", [`[${"[".repeat(long)}`, "(".repeat(long), "{".repeat(long)]],
  ["percent escapes", ["%".repeat(long), "%41".repeat(long / 3), "&".repeat(long)]],
  ["long lists", [Array(long).fill("a"), Array(long).fill("b"), 3]],
  ["a long list and a long text", [Array(long).fill("a"), "x".repeat(long), 3]],
  ["lists of numbers", [Array.from({ length: long }, (_, index) => index % 977), "", long]],
  ["lists of objects", [Array.from({ length: long }, (_, index) => ({ a: index })), "a", long]],
  ["a large object", [Object.fromEntries(Array.from({ length: long / 5 }, (_, index) => [`k${index}`, index])), "k1", 1]],
];

/** Work that is too much ends the rendering: what counts is that it ends, and soon. */
describe("no function takes 50 ms on one large value, whatever it is", () => {
  test.each(all.filter((definition) => definition.argumentsMax > 0))("$name", ({ name, argumentsMin, argumentsMax }) => {
    const content = callWithContext(name, Math.min(argumentsMax, Math.max(argumentsMin, 2)));
    for (const [what, values] of hostile) {
      const recipient = aRecipientWith(numbered([...values, 1]));
      expect(
        cpuMilliseconds(() => content.render(recipient, { missingContext: "PRINT_NOTHING" })),
        what,
      ).toBeLessThan(50);
    }
  });
});

/** In loops in loops, until the work of one message is used up: so many steps must not be worth more. */
describe("all the work that a message may do takes no 50 ms, whichever function does it", () => {
  test.each(all)("$name", (definition) => {
    for (const values of valuesFor(definition)) {
      const args = values.map((_, index) => `x.v${index}`).join(", ");
      const calls = `{% let v = ${definition.name}(${args}) %}`.repeat(4);
      const content = compileContent("SMS", {
        sms: { body: `{{#each context.l as |y|}}{{#each context.l as |x|}}${calls}{{/each}}{{/each}}.` },
      });
      const list = Array.from({ length: 300 }, (_, index) => numbered(values.map((kind) => kind[index])));
      const recipient = aRecipientWith({ l: list });
      const what = JSON.stringify(values.map((kind) => kind[7])).slice(0, 200);
      expect(content.render(recipient), what).toMatchObject({ detail: expect.stringContaining("too much work") });
      expect(
        cpuMilliseconds(() => content.render(recipient)),
        what,
      ).toBeLessThan(50);
    }
  });
});

/** Every kind of the first argument beside the first of the others, and the last of them. */
function valuesFor(definition: TemplateFunction): (readonly unknown[])[][] {
  const { argumentsMin, argumentsMax, argumentTypes } = definition;
  const count = Math.max(argumentsMin, Math.min(argumentsMax, argumentTypes.length, 3));
  const kindsOf = (index: number) => dearArguments[argumentType(definition, index)];
  const withFirst = (first: readonly unknown[], choose: 0 | -1) =>
    Array.from({ length: count }, (_, index) => (index === 0 ? first : (kindsOf(index).at(choose) ?? [])));
  if (count === 0) return [[]];
  return kindsOf(0).flatMap((first) => (count === 1 ? [withFirst(first, 0)] : [withFirst(first, 0), withFirst(first, -1)]));
}

/** Written once in a call's context, read in every round of a loop in a loop: what an argument costs is charged by its length. */
describe("no argument is read for nothing, however long it is: a message takes no 50 ms", () => {
  const long = "a".repeat(180_000);
  const texts = { letters: long, digits: long.replaceAll("a", "1"), zone: `[${long}]`, marks: "a\u0301".repeat(90_000) };
  const list = Array.from({ length: 300 }, (_, index) => index);

  test.each(all.filter(({ argumentsMax }) => argumentsMax > 0))("$name", (definition) => {
    const count = Math.max(definition.argumentsMin, Math.min(definition.argumentsMax, definition.argumentTypes.length));
    const short = (index: number) => dearArguments[argumentType(definition, index)][0]?.[0];
    for (let at = 0; at < count; at += 1)
      for (const [kind, text] of Object.entries(texts)) {
        const context = {
          l: list,
          ...numbered(Array.from({ length: count }, (_, index) => (index === at ? text : short(index)))),
        };
        const args = Array.from({ length: count }, (_, index) => `context.v${index}`).join(", ");
        const call = `{% let v = ${definition.name}(${args}) ?: profile.none %}`;
        const content = compileContent("SMS", {
          sms: { body: `{{#each context.l as |y|}}{{#each context.l as |x|}}${call}{{/each}}{{/each}}.` },
        });
        const recipient = aRecipientWith(context);
        content.render(recipient);
        const milliseconds = cpuMilliseconds(() => content.render(recipient));
        expect(milliseconds, `${kind} as argument ${at + 1}`).toBeLessThan(50);
      }
  });
});
