import colorNames from "color-name";
import { guardLink, type LinkPosition } from "./link-guard.ts";

/** What is printed in place of a value that is no colour and no size: a declaration with it says nothing. */
export const refusedCss = "unset";

const charactersMax = 100;
const unit = "px|em|rem|ex|ch|pt|pc|cm|mm|in|vh|vw|vmin|vmax|deg|%";
const size = new RegExp(`^[+-]?(?:\\d{1,7}(?:\\.\\d{1,7})?|\\.\\d{1,7})(?:${unit})?$`, "i");
/** The author may have written its "#". */
const hexadecimal = /^#?(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})$/i;
const part = "[+-]?(?:\\d{1,7}(?:\\.\\d{1,7})?|\\.\\d{1,7})(?:%|deg|turn|rad|grad)?";
const colorFunction = new RegExp(`^(?:rgb|hsl)a?\\( ?${part}(?: ?[,/ ] ?${part}){2,3} ?\\)$`, "i");
const names = new Set([...Object.keys(colorNames), "transparent", "currentcolor"]);

/** The value, when it is a colour, a number or a size, which mean the same wherever they stand in CSS. */
export function guardCss(text: string): string {
  const value = text.trim();
  if (value === "") return "";
  const isSafe =
    value.length <= charactersMax &&
    (size.test(value) || hexadecimal.test(value) || colorFunction.test(value) || names.has(value.toLowerCase()));
  return isSafe ? value : refusedCss;
}

/** Whatever could end a text, an address or a declaration of CSS. */
const unsafe = /[^A-Za-z0-9:/?#[\]@!$&+,=._~%-]/gu;

/** An address of a picture in CSS: guarded as any other, and with nothing in it that CSS could read otherwise. */
export function guardCssAddress(text: string, position: LinkPosition | "past"): string {
  const guarded = position === "past" ? text : guardLink(text, position);
  return guarded.toWellFormed().replace(unsafe, encodeCharacter);
}

/** `encodeURIComponent` leaves the quotes and brackets. */
function encodeCharacter(character: string): string {
  return Buffer.from(character).reduce((text, byte) => `${text}%${byte.toString(16).toUpperCase().padStart(2, "0")}`, "");
}
