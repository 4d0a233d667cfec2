import { type CountryCode, parsePhoneNumberFromString } from "libphonenumber-js/min";
import examples from "libphonenumber-js/mobile/examples";
import { describe, expect, test } from "vitest";
import { hasCountry, readAddress } from "../../src/channels/index.ts";

const read = (text: string, country: string | null = null): string | null => readAddress("SMS", text, country)?.key ?? null;

/** With trunk 0, 8, 06 or none, with long and short numbers, and with prefixes of their own to dial abroad. */
const countries: readonly CountryCode[] = [
  ...(["FR", "DE", "GB", "IT", "ES", "PT", "NL", "BE", "CH", "SE", "PL", "HU", "RU", "US", "CA", "MX"] as const),
  ...(["BR", "AR", "IN", "CN", "JP", "KR", "AU", "NZ", "SG", "ZA", "KE", "TR", "LU", "FI"] as const),
];

/** Numbers of mobiles of a country: its example, with other last digits. */
function mobilesOf(country: CountryCode): string[] {
  const example = `${examples[country]}`;
  return Array.from({ length: 25 }, (_, index) => `${example.slice(0, -3)}${String((index * 397) % 1000).padStart(3, "0")}`);
}

describe.each(countries)("in %s", (country) => {
  test("a mobile written nationally, in E.164 and with what is dialled abroad has one key", () => {
    for (const mobile of mobilesOf(country)) {
      const number = parsePhoneNumberFromString(mobile, country);
      if (!number) throw new Error(`${mobile} is no example of ${country}`);
      const key = number.number;
      const national = number.formatNational();
      const dialled = number.format("IDD", { fromCountry: "FR" });
      expect(read(key), mobile).toBe(key);
      for (const text of [key, number.formatInternational(), national, national.replace(/\D/g, ""), dialled])
        expect(read(text, country), `${text} of ${key}`).toBe(key);
      expect(read(dialled, "FR"), dialled).toBe(key);
      for (const text of [key, `tel:${key}`]) expect(read(text, "FR")).toBe(key);
    }
  });

  test("numbers abroad are reached by the prefix that is dialled there", () => {
    const abroad = parsePhoneNumberFromString("+447400123456")?.format("IDD", { fromCountry: country })?.replace("~", "");
    if (abroad && country !== "GB") expect(read(abroad, country), abroad).toBe("+447400123456");
  });
});

test.each([
  ["the trunk 0 of France goes", "06 12 34 56 78", "FR", "+33612345678"],
  ["forgotten, too", "6 12 34 56 78", "FR", "+33612345678"],
  ["in brackets", "(0)6.12.34.56.78", "FR", "+33612345678"],
  ["in digits of another script", "٠٦١٢٣٤٥٦٧٨", "FR", "+33612345678"],
  ["as a link", "tel:06-12-34-56-78", "FR", "+33612345678"],
  ["the 0 of an Italian line stays", "06 6982 1234", "IT", "+390669821234"],
  ["an Italian mobile that begins like Italy", "391 234 5678", "IT", "+393912345678"],
  ["the same with its country and no +", "39 391 234 5678", "IT", "+393912345678"],
  ["a German number that begins like Germany", "0491 2345678", "DE", "+494912345678"],
  ["an Indian one", "91987 65432", "IN", "+919198765432"],
  ["the country without +", "33612345678", "FR", "+33612345678"],
  ["Russia's trunk 8, and 7", "8 912 345-67-89", "RU", "+79123456789"],
  ["a Russian number with its country and no +", "7 912 345-67-89", "RU", "+79123456789"],
  ["Hungary's trunk 06", "06 20 123 4567", "HU", "+36201234567"],
  ["Argentina's 15", "011 15-2345-6789", "AR", "+5491123456789"],
  ["1 before an American number", "1 (202) 555-0123", "US", "+12025550123"],
  ["00 in America, where 011 is dialled", "00 33 6 12 34 56 78", "US", "+33612345678"],
  ["00 in Japan, where 010 is dialled", "00 33 6 12 34 56 78", "JP", "+33612345678"],
  ["00 home", "00 33 6 12 34 56 78", "FR", "+33612345678"],
])("%s: %s in %s is %s", (_what, text, country, key) => {
  expect(read(text, country)).toBe(key);
});

test.each([
  ["too short", "06 12 34 56 7", "FR"],
  ["too long", "06 12 34 56 78 9", "FR"],
  ["local", "555-0123", "US"],
  ["an extension", "06 12 34 56 78 ext. 5", "FR"],
  ["an extension of a link", "tel:0612345678;ext=5", "FR"],
  ["letters", "1-800-FLOWERS", "US"],
  ["a sender's name", "EnvoiShop", "FR"],
  ["a service", "*123#", "FR"],
  ["zeros", "0000000000", "FR"],
  ["zeros", "0000000000", "US"],
  ["one digit after another", "1234567890", "US"],
  ["nothing", "", "FR"],
  ["two readings: France, and Hungary by 003", "00 33 6 12 34 56 78", "SG"],
  ["no such country", "06 12 34 56 78", "ZZ"],
  ["an email address", "0612345678@example.com", "FR"],
])("%s is no number: %s in %s", (_what, text, country) => {
  expect(read(text, country)).toBeNull();
});

test("a number that says its country is the same in every country, and without one, a number that does not is none", () => {
  const texts = [
    "+33612345678",
    " +33 (0)6 12 34 56 78",
    "tel:+1-202-555-0123",
    "＋33612345678",
    "+1",
    "++33612345678",
    "+33612",
  ];
  for (const country of countries) for (const text of texts) expect(read(text, country), text).toBe(read(text));
  expect(read("0".repeat(5000), "FR")).toBeNull();
  for (const text of ["0612345678", "0033612345678", "33612345678", "2025550123"]) {
    expect(read(text)).toBeNull();
    expect(hasCountry(text)).toBe(false);
  }
  expect(texts.map((text) => hasCountry(text))).toEqual(texts.map(() => true));
});

test("a key read anew, in any country, is itself", () => {
  for (const country of countries)
    for (const mobile of mobilesOf(country)) {
      const key = read(mobile, country);
      expect(key, mobile).not.toBeNull();
      for (const other of [null, ...countries]) expect(read(key ?? "", other)).toBe(key);
    }
});
