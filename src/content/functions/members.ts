import { areEqual, isNothing, toNumber } from "../values.ts";

/**
 * The items of a list, to be asked for one after the other: equal means what `=` means, where "3" and 3 are the same but
 * "3" and "3.0" are not. Looking at every item for every other one would take quadratic time.
 */
export class Members {
  readonly #texts = new Set<string>();
  readonly #textNumbers = new Set<number>();
  readonly #numbers = new Set<number>();
  readonly #booleans = new Set<string>();
  #hasNothing = false;

  constructor(items: readonly unknown[] = []) {
    for (const item of items) this.add(item);
  }

  /** Lists and objects equal nothing, so they need not be kept. */
  add(item: unknown): void {
    if (isNothing(item)) this.#hasNothing = true;
    else if (typeof item === "number") this.#numbers.add(item);
    else if (typeof item === "boolean") this.#booleans.add(String(item));
    else if (typeof item === "string") {
      this.#texts.add(item);
      const number = toNumber(item);
      if (!Number.isNaN(number)) this.#textNumbers.add(number);
    }
  }

  has(item: unknown): boolean {
    if (isNothing(item)) return this.#hasNothing;
    if (typeof item === "number") return this.#numbers.has(item) || this.#textNumbers.has(item);
    if (typeof item === "boolean") return this.#booleans.has(String(item)) || this.#texts.has(String(item));
    if (typeof item !== "string") return false;
    return this.#texts.has(item) || this.#booleans.has(item) || this.#numbers.has(toNumber(item));
  }
}

/** Whether a list holds a value, as `=` compares. */
export function holds(list: readonly unknown[] | null, value: unknown): boolean {
  return list?.some((item) => areEqual(item, value)) === true;
}
