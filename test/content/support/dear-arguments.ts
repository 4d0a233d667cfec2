import type { ArgumentType } from "../../../src/content/functions/argument-types.ts";

/** Items of a loop: the caches of a content and of a rendering hold fewer. */
const count = 300;
const zones = Intl.supportedValuesOf("timeZone");
const keys = Object.fromEntries(Array.from({ length: 17_000 }, (_, index) => [`k${index}`, index]));

function each(make: (index: number) => unknown): readonly unknown[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

function letters(index: number): string {
  return String.fromCharCode(97 + (index % 26), 97 + Math.floor(index / 26));
}

const day = each((index) => `2024-02-15T10:00:${String(index % 60).padStart(2, "0")}Z`);
const inZone = each((index) => `2024-02-15T10:00[${zones[index % 3]}]`);
const inNewZones = each((index) => `2024-02-15T10:00[${zones[index % zones.length]}]`);
const numbers = each((index) => (index % 21) + 1.5);
const texts = each((index) => `some text ${index}`);

/** What a caller may send to keep a function busy: short, so that its length costs little, and never the same. */
export const dearArguments: Readonly<Record<ArgumentType, readonly (readonly unknown[])[]>> = {
  text: [
    texts,
    day,
    inZone,
    each((index) => `ann.${index}@${"abcdefgh.".repeat(20)}x${index}.example`),
    each((index) => `${"é".repeat(30)}@${"ü".repeat(20)}${index}.example`),
    each((index) => `https://${"漢字".repeat(120)}${index}.example/`),
    each((index) => `https://${"漢字".repeat(2_000)}${index}.example/`),
    each((index) => `https://www.example${index}.com/?${"%E0%A4%A&".repeat(20)}`),
    each((index) => "a b ".repeat(100) + index),
    each(() => "true"),
    each((index) => `${10 + (index % 18)}/01/2023 23:13`),
  ],
  number: [numbers, each((index) => String((index % 21) + 1))],
  numeral: [numbers, each((index) => ` ${index} `)],
  quantity: [numbers, each(() => true)],
  boolean: [each(() => false)],
  list: [each((index) => [index, "2", "x"]), each((index) => [{ a: index }, { a: 3 }])],
  map: [each(() => keys)],
  date: [day, inZone, inNewZones, each((index) => 1.6e12 + index * 1e9)],
  pattern: [each((index) => `(a|b${index})*c`), each((index) => `x{${index}}`)],
  datePattern: [each(() => "dd/MM/yyyy HH:mm"), each((index) => `EEEE dd MMMM yyyy '${index}' zzzz`)],
  locale: [each(() => "fr_FR"), each((index) => letters(index))],
  zone: [each((index) => zones[index % 3]), each((index) => zones[index % zones.length])],
  currency: [each(() => "EUR"), each((index) => `${letters(index)}k`)],
  url: [
    each((index) => `https://www.example${index}.com/?${"a=1&".repeat(20)}`),
    each((index) => `https://${"漢字".repeat(60)}${index}.example/`),
  ],
  address: [
    each((index) => `ann.${index}@${"abcdefgh.".repeat(20)}example`),
    each((index) => `${"é".repeat(30)}@${"ü".repeat(20)}${index}.example`),
  ],
  any: [each(() => keys), texts, each((index) => String(index)), each(() => Array(20).fill("x"))],
};
