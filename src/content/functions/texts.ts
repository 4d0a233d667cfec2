import type { FunctionContext } from "./function-context.ts";

/** Measured: a search may compare every character of the part with every one of the text, at so many a step. */
const comparisonsPerStep = 1_024;

/** Joins after a look at the length: a thousand short items and a long separator make a text without end. */
export function joinTexts(context: FunctionContext, texts: readonly string[], separator: string): string {
  const own = texts.reduce((sum, text) => sum + text.length, 0);
  context.checkLength(own + separator.length * Math.max(texts.length - 1, 0));
  return texts.join(separator);
}

/** To be called before `part` is searched in `text`. */
export function chargeSearch(context: FunctionContext, text: string, part: string): void {
  context.charge((text.length * part.length) / comparisonsPerStep);
}

export function foldCase(text: string): string {
  return text.toLowerCase();
}
