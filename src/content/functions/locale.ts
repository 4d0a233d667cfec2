import countryToCurrency from "country-to-currency";
import { IANAZone, type Zone } from "luxon";

/** Longer names exist nowhere, and a caller's data may hold anything. */
const nameLengthMax = 60;

export const defaultLocale = "en-US";

/**
 * The locale that ICU has for a tag such as `fr_FR`, `fr-FR` or `fr`; null when it knows no such language. What ICU
 * has is a closed list, so the formatters that libraries keep for each locale cannot grow without end.
 */
export function resolveLocale(tag: string): string | null {
  if (tag.length === 0 || tag.length > nameLengthMax) return null;
  try {
    const { language, script, region } = new Intl.Locale(tag.replaceAll("_", "-"));
    const name = [language, script, region].filter((part) => part !== undefined).join("-");
    if (Intl.NumberFormat.supportedLocalesOf(name).length === 0) return null;
    return new Intl.NumberFormat(name).resolvedOptions().locale;
  } catch {
    return null;
  }
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

/** The zone of an IANA name such as `Europe/Oslo`, in any case; null when there is none. A closed list, as locales are. */
export function resolveZone(name: string): Zone | null {
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]{1,59}$/.test(name)) return null;
  try {
    const { timeZone } = new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions();
    return IANAZone.create(renamedZones[timeZone] ?? timeZone);
  } catch {
    return null;
  }
}
