import { isNothing } from "../values.ts";
import { defineFunction } from "./define-function.ts";

/** Functions on objects whose keys are data: a map of identities, of translations, of prices by country. */
export const mapFunctions = [
  defineFunction({
    name: "get",
    parameters: ["map: map", "key: text"],
    returns: "any",
    gives: "value",
    doc: "The value of a key; nothing when there is none.",
    example: ['get(profile.prices, "NO")', "99"],
    apply: (map, key) => (map && Object.hasOwn(map, key) ? map[key] : undefined),
  }),
  defineFunction({
    name: "keys",
    parameters: ["map: map"],
    returns: "list",
    doc: "All keys, as a list; empty when there is no object.",
    example: ['join(keys(profile.prices), " ")', "NO SE"],
    applyIn: (context, map) => {
      const keys = Object.keys(map ?? {});
      context.charge(2 * keys.length);
      return keys;
    },
  }),
  defineFunction({
    name: "values",
    parameters: ["map: map"],
    returns: "list",
    gives: "value",
    doc: "All values, as a list; empty when there is no object.",
    example: ['join(values(profile.prices), " ")', "99 119"],
    applyIn: (context, map) => {
      const values = Object.values(map ?? {});
      context.charge(4 * values.length);
      return values;
    },
  }),
];

/** Functions on whether something is there. */
export const objectFunctions = [
  defineFunction({
    name: "isNull",
    parameters: ["value: any"],
    returns: "boolean",
    asksForNothing: true,
    doc: "Whether there is no value.",
    example: ["isNull(profile.none)", "true"],
    apply: isNothing,
  }),
  defineFunction({
    name: "isNotNull",
    parameters: ["value: any"],
    returns: "boolean",
    asksForNothing: true,
    doc: "Whether there is a value, be it an empty one.",
    example: ['isNotNull("")', "true"],
    apply: (value) => !isNothing(value),
  }),
];
