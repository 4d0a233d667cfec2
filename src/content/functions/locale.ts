import countryToCurrency from "country-to-currency";
import { FixedOffsetZone, IANAZone, type Zone } from "luxon";
import { firstDays, localeNames, minDays } from "./locale-names.generated.ts";

export const defaultLocale = "en-US";

/** A locale as people there write dates and numbers. */
export type Locale = {
  /** As Intl knows it. */
  readonly name: string;
  /** By the letters of a date pattern, such as MMMM: the names of all months, weekdays from Monday on, and so on. */
  readonly names: (letters: string) => readonly string[];
  /** The first day of a week, 1 being Monday, and how many days of a year its first week has at least. */
  readonly firstDay: number;
  readonly minDays: number;
};

/**
 * The locale of a tag such as `fr_FR`, `fr-FR` or `fr`; null when ICU knows no such language. What ICU has is a closed
 * list, so the formatters that libraries keep for each locale cannot grow without end.
 */
export function resolveLocale(tag: string): Locale | null {
  try {
    const { language, script, region, baseName } = new Intl.Locale(tag.replaceAll("_", "-"));
    const name = [language, script, region].filter((part) => part !== undefined).join("-");
    if (Intl.NumberFormat.supportedLocalesOf(name).length === 0) return null;
    const full = new Intl.Locale(name).maximize();
    const names = namesOf(full, baseName);
    return {
      name: new Intl.NumberFormat(name).resolvedOptions().locale,
      names: (letters) => names[letters] ?? [],
      firstDay: ruleOf(firstDays, full.region),
      minDays: ruleOf(minDays, full.region),
    };
  } catch {
    return null;
  }
}

function ruleOf(rules: Readonly<Record<string, number>>, region = "001"): number {
  return (Object.hasOwn(rules, region) ? rules[region] : rules["001"]) ?? 1;
}

/** From the most general locale to the most exact one: each has what it names otherwise. */
function namesOf({ language, script, region }: Intl.Locale, baseName: string): Readonly<Record<string, readonly string[]>> {
  const isUsualScript = new Intl.Locale(language).maximize().script === script;
  const tags = [
    language,
    ...(isUsualScript ? [`${language}-${region}`] : []),
    `${language}-${script}`,
    `${language}-${script}-${region}`,
    // With a variant, as in el-polyton.
    baseName,
  ];
  const found = ["en", ...tags].flatMap((tag) => (Object.hasOwn(localeNames, tag) ? Object.entries(localeNames[tag] ?? {}) : []));
  return Object.fromEntries(found.map(([letters, names]) => [letters, names.split("|")]));
}

/** The currency of the region that a locale stands for: of the most likely one where it names none. */
export function currencyOf(locale: string): string {
  const region = new Intl.Locale(locale).maximize().region ?? "US";
  return Object.hasOwn(countryToCurrency, region) ? countryToCurrency[region as keyof typeof countryToCurrency] : "USD";
}

/**
 * ICU goes by the names that zones once had; these are today's, from the file `backward` of the IANA time zone database
 * (https://www.iana.org/time-zones).
 */
const renamedZones: Readonly<Record<string, string>> = {
  "Africa/Asmera": "Africa/Asmara",
  "America/Buenos_Aires": "America/Argentina/Buenos_Aires",
  "America/Godthab": "America/Nuuk",
  "America/Indianapolis": "America/Indiana/Indianapolis",
  "America/Louisville": "America/Kentucky/Louisville",
  "Asia/Calcutta": "Asia/Kolkata",
  "Asia/Katmandu": "Asia/Kathmandu",
  "Asia/Rangoon": "Asia/Yangon",
  "Asia/Saigon": "Asia/Ho_Chi_Minh",
  "Atlantic/Faeroe": "Atlantic/Faroe",
  "Europe/Kiev": "Europe/Kyiv",
  "Pacific/Enderbury": "Pacific/Kanton",
  "Pacific/Ponape": "Pacific/Pohnpei",
  "Pacific/Truk": "Pacific/Chuuk",
};

/** As Java's ZoneId writes offsets: `+05:30`, `-3`, `UTC+05:30`, `GMT+2`, `Z`. Their sign is that of the clock. */
const offset = /^(?:UTC|GMT|UT)?(?:([+-])(\d{1,2})(?::?(\d{2}))?)?$|^Z$/;
/** An offset of Java is at most 18 hours. */
const offsetMinutesMax = 18 * 60;

/** The zone of an IANA name such as `Europe/Oslo`, in any case, or of an offset; null when there is none. A closed list, too. */
export function resolveZone(name: string): Zone | null {
  const [written, sign, hours = "0", minutes = "0"] = offset.exec(name) ?? [];
  if (written !== undefined && written !== "") {
    const size = Number(hours) * 60 + Number(minutes);
    if (Number(minutes) > 59 || size > offsetMinutesMax) return null;
    return FixedOffsetZone.instance(sign === "-" ? -size : size);
  }
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]{1,59}$/.test(name)) return null;
  try {
    const { timeZone } = new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions();
    return IANAZone.create(renamedZones[timeZone] ?? timeZone);
  } catch {
    return null;
  }
}
