/**
 * Every function that a template may call. A family is one file; adding a function means adding one
 * entry to its family, and it is known to the parser, the checks and the rendering at once.
 */
import type { TemplateFunction } from "./define-function.ts";
import { stringFunctions } from "./string-functions.ts";

const families: readonly (readonly TemplateFunction[])[] = [stringFunctions];

export const functions: ReadonlyMap<string, TemplateFunction> = new Map(
  families.flat().map((definition) => [definition.name, definition]),
);
export { argumentType, type TemplateFunction } from "./define-function.ts";
