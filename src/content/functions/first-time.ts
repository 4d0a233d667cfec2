import type { FunctionContext } from "./function-context.ts";

/** No more than `Prepared` keeps: what is forgotten there is slow once more. */
const namesMax = 200;

/** What one rendering met already, so that the dear part of a call is charged, and done, once. */
export function createFirstTime(charge: FunctionContext["charge"]): Pick<FunctionContext, "chargeNew" | "isEmptyObject"> {
  const names = new Set<string>();
  const emptiness = new WeakMap<object, boolean>();
  return {
    chargeNew: (name, steps) => {
      if (names.has(name)) return;
      if (names.size >= namesMax) names.clear();
      names.add(name);
      charge(steps);
    },
    isEmptyObject: (object) => {
      const known = emptiness.get(object);
      if (known !== undefined) return known;
      // There is no way to ask for the first key alone: V8 lists all of them.
      const count = Object.keys(object).length;
      emptiness.set(object, count === 0);
      charge(count);
      return count === 0;
    },
  };
}
