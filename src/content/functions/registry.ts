/**
 * Every function that a template may call. A family is one list; adding a function means adding one
 * entry to its family, and it is known to the parser, the checks, the rendering and the reference page at once.
 */
import { dateFunctions } from "./date-functions.ts";
import { datePartFunctions } from "./date-part-functions.ts";
import type { TemplateFunction } from "./define-function.ts";
import { aggregationFunctions, listFunctions } from "./list-functions.ts";
import { mapFunctions, objectFunctions } from "./map-functions.ts";
import { mathFunctions } from "./number-functions.ts";
import { stringFunctions } from "./string-functions.ts";
import { textSearchFunctions } from "./text-search-functions.ts";
import { urlFunctions } from "./url-functions.ts";

export { Prepared } from "./prepared.ts";

export type Family = { readonly title: string; readonly functions: readonly TemplateFunction[] };

export const families: readonly Family[] = [
  { title: "Text", functions: stringFunctions },
  { title: "Comparing and searching text", functions: textSearchFunctions },
  { title: "Web addresses", functions: urlFunctions },
  { title: "Date-times", functions: dateFunctions },
  { title: "Parts of date-times and differences", functions: datePartFunctions },
  { title: "Lists", functions: listFunctions },
  { title: "Aggregation", functions: aggregationFunctions },
  { title: "Objects as maps", functions: mapFunctions },
  { title: "Objects", functions: objectFunctions },
  { title: "Numbers", functions: mathFunctions },
];

export const functions: ReadonlyMap<string, TemplateFunction> = new Map(
  families.flatMap((family) => family.functions.map((definition) => [definition.name, definition] as const)),
);
