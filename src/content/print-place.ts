import { guardCss, guardCssAddress } from "./css-value.ts";
import { jsonTextOf, jsonValueOf } from "./json-value.ts";
import { guardLink, type LinkPosition } from "./link-guard.ts";
import type { CssPlace } from "./read-css.ts";
import type { JsonPlace } from "./read-json.ts";

export type GuardedPlace = LinkPosition | CssPlace | JsonPlace;

/**
 * Where in html a value is printed, if not into text. In the quotes of an attribute it is escaped whatever its braces say;
 * in a comment too, where it need not be there, since nobody reads it. Anywhere else it goes through the guard of that name.
 */
export type PrintPlace = "attribute" | "comment" | GuardedPlace;

const guards: Readonly<Record<GuardedPlace, (text: string) => string>> = {
  link: (text) => guardLink(text, "link"),
  source: (text) => guardLink(text, "source"),
  rest: (text) => guardLink(text, "rest"),
  css: guardCss,
  cssSource: (text) => guardCssAddress(text, "source"),
  cssRest: (text) => guardCssAddress(text, "rest"),
  cssPast: (text) => guardCssAddress(text, "past"),
  jsonText: jsonTextOf,
  jsonValue: jsonValueOf,
};

export function isGuarded(place: PrintPlace | undefined): place is GuardedPlace {
  return place !== undefined && Object.hasOwn(guards, place);
}

/** The text as it may stand there. */
export function guardText(place: GuardedPlace, text: string): string {
  return guards[place](text);
}

/** Whether what is printed there is escaped as html. In a script, browsers resolve no entities. */
export function isEscaped(place: PrintPlace | undefined, isRaw: boolean): boolean {
  return place === undefined ? !isRaw : place !== "jsonText" && place !== "jsonValue";
}
