import { expect, test } from "vitest";
import { compileContent } from "../../../src/content/index.ts";
import { describeFamily } from "../support/function-cases.ts";
import { aRecipient, textOf } from "../support/render.ts";

describeFamily("Numbers", {
  absolute: [
    ["absolute(-3)", "3"],
    ['absolute("-1.5")', "1.5"],
    ["absolute(profile.none)", ""],
    ["absolute(profile.word)", "excludes: profile.word"],
  ],
  roundDown: [
    ["roundDown(1.9)", "1"],
    ["roundDown(-1.5)", "-2"],
    ["roundDown(profile.word)", "excludes: profile.word"],
  ],
  roundUp: [
    ["roundUp(1.1)", "2"],
    ["roundUp(-1.5)", "-1"],
    ["roundUp(-0.5)", "0"],
    ["roundUp(profile.none)", ""],
  ],
  random: [
    ["random() >= 0 and random() < 1", "true"],
    ["random() = random()", "false"],
  ],
  toInt: [
    ["toInt(42.6)", "42"],
    ["toInt(-42.6)", "-42"],
    ["toInt(-0.5)", "0"],
    ['toInt("7.9")', "7"],
    ["toInt(true)", "1"],
    ["toInt(false)", "0"],
    ["toInt(profile.word)", "excludes: profile.word"],
    ["toInt(profile.null)", ""],
    ["toInt(profile.list)", "excludes: profile.list"],
  ],
  string_to_integer: [
    ['string_to_integer("42")', "42"],
    ['string_to_integer(" -7 ")', "-7"],
    ['string_to_integer("42.9")', "42"],
    ["string_to_integer(profile.none)", ""],
  ],
  stringToNumber: [
    ['stringToNumber("1.50")', "1.5"],
    ['stringToNumber("-3") + 1', "-2"],
    ['stringToNumber("1,50")', "1,50"],
    ['stringToNumber("abc")', "abc"],
    ["stringToNumber(profile.none)", ""],
  ],
  toHexString: [
    ["toHexString(158)", "9e"],
    ["toHexString(-158)", "-9e"],
    ["toHexString(15.9)", "f"],
    ["toHexString(0)", "0"],
    ["toHexString(99999999999999999999)", "56bc75e2d63100000"],
    ["toHexString(profile.word)", "excludes: profile.word"],
  ],
  toPercentage: [
    ["toPercentage(0.125)", "12.5%"],
    ["toPercentage(1)", "100%"],
    ["toPercentage(0.33333)", "33.33%"],
    ["toPercentage(-0.5)", "-50%"],
    ["toPercentage(profile.none)", ""],
  ],
  toPrecision: [
    ["toPrecision(3.14159, 3)", "3.14"],
    ["toPrecision(1234.5, 2)", "1200"],
    ["toPrecision(2, 3)", "2.00"],
    ["toPrecision(-0.00123, 1)", "-0.001"],
    ["toPrecision(1, 0)", "excludes: toPrecision(1, 0)"],
    ["toPrecision(1, 22)", "excludes: toPrecision(1, 22)"],
    ["toPrecision(1, profile.word)", "excludes: profile.word"],
    ["toPrecision(profile.none, 2)", ""],
  ],
  formatNumber: [
    ['formatNumber(-0.0001, "en_US")', "0"],
    ['formatNumber(-1.5, "en_US")', "-1.5"],
    ['formatNumber(123456.789, "en_US")', "123,456.789"],
    ['formatNumber(123456.789, "de-DE")', "123.456,789"],
    ['formatNumber(123456.789, "fr")', "123\u202f456,789"],
    ['formatNumber(123456.789, "ar_EG")', "١٢٣٬٤٥٦٫٧٨٩"],
    ['formatNumber("-1000", "en_IN")', "-1,000"],
    ["formatNumber(1234.5, profile.word)", "excludes: profile.word"],
    ["formatNumber(1234.5, profile.none)", "1,234.5"],
    ["formatNumber(1234.5, profile.long)", "excludes: profile.long"],
    ['formatNumber(profile.word, "en_US")', "excludes: profile.word"],
    ['formatNumber(profile.none, "en_US")', ""],
  ],
  formatCurrency: [
    ['formatCurrency(56, "en_GB")', "£56.00"],
    ['formatCurrency(1234.5, "de_DE")', "1.234,50\u00a0€"],
    ['formatCurrency(1234.5, "ja")', "￥1,235"],
    ['formatCurrency(-5, "en_US")', "-$5.00"],
    ['formatCurrency(-0.001, "en_US")', "$0.00"],
    ['formatCurrency(5, "nb_NO")', "5,00\u00a0kr"],
    ['formatCurrency(5, "en_US", "EUR")', "€5.00"],
    ['formatCurrency(5, "en_US", "eur")', "€5.00"],
    ['formatCurrency(5, "en_US", profile.none)', "$5.00"],
    ["formatCurrency(5, profile.word)", "excludes: profile.word"],
    ['formatCurrency(profile.none, "en_GB")', ""],
    ['formatCurrency(profile.word, "en_GB")', "excludes: profile.word"],
  ],
});

test("a message draws the same random numbers however often it is rendered, and another message draws others", () => {
  const content = compileContent("SMS", { sms: { body: "{%= random() %} {%= random() %}" } });
  const recipient = aRecipient();
  const other = { ...recipient, message: { ...recipient.message, id: "m-2" } };
  expect(content.render(recipient)).toEqual(content.render(recipient));
  expect(content.render(recipient)).not.toEqual(content.render(other));
});

test("random numbers are spread evenly", () => {
  const template = `${"{{#each context.list as |x|}}"}{%= toInt(random() * 4) %}{{/each}}`;
  const text = textOf(template, { context: { list: Array(1_000).fill(1) } });
  for (const digit of "0123") expect(text.split(digit).length - 1).toBeGreaterThan(200);
});
