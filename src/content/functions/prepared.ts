import type { Zone } from "luxon";
import { invariant } from "../../base/index.ts";
import { type DatePattern, parseDatePattern } from "./date-pattern.ts";
import { currencyOf, defaultLocale, type Locale, resolveLocale, resolveZone } from "./locale.ts";
import { compilePattern, type Pattern } from "./pattern.ts";
import { textLengthMax as patternLengthMax } from "./pattern-size.ts";

/** So many different ones of each kind are kept; more than an author writes, but data may bring any number. */
const entriesMax = 200;

/** Longer names of locales and zones, and longer date patterns, exist nowhere; a caller's data may hold anything. */
export const nameLengthMax = 100;

/** What is slow to make and the same for every recipient: kept between the renderings of one content. */
export class Prepared {
  readonly pattern: (text: string) => Pattern = remember(compilePattern, patternLengthMax);
  readonly datePattern: (text: string) => DatePattern | null = remember(parseDatePattern);
  readonly locale: (text: string) => Locale | null = remember(resolveLocale);
  readonly #defaultLocale = resolveLocale(defaultLocale);
  readonly zone: (text: string) => Zone | null = remember(resolveZone);
  readonly numberFormat: (locale: string) => Intl.NumberFormat = remember(
    // What rounds to zero has no sign.
    (locale) => new Intl.NumberFormat(locale, { signDisplay: "negative" }),
  );
  /** Of a number of significant digits. */
  readonly precisionFormat: (digits: string) => Intl.NumberFormat = remember((digits) => {
    const options = { minimumSignificantDigits: Number(digits), maximumSignificantDigits: Number(digits), useGrouping: false };
    return new Intl.NumberFormat("en-US", options);
  });
  /** Of a locale, and of a currency behind a blank: that of its country where none is named. */
  readonly currencyFormat: (key: string) => Intl.NumberFormat = remember((key) => {
    const [locale = defaultLocale, currency = currencyOf(locale)] = key.split(" ");
    return new Intl.NumberFormat(locale, { style: "currency", currency, signDisplay: "negative" });
  });

  get defaultLocale(): Locale {
    invariant(this.#defaultLocale, "the default locale does not exist");
    return this.#defaultLocale;
  }
}

/** Forgets everything when it is full: simpler than a queue, and as good for a set that rarely is. Long texts are not kept. */
function remember<T>(make: (text: string) => T, lengthMax = nameLengthMax): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    if (text.length > lengthMax) return make(text);
    const found = known.get(text);
    if (found !== undefined) return found;
    const made = make(text);
    if (known.size >= entriesMax) known.clear();
    known.set(text, made);
    return made;
  };
}
