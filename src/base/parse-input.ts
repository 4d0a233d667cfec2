import type { z } from "zod";
import { AppError, invalid } from "./app-error.ts";

/** One fault of a call. `field` is its path, such as `profiles.3.consents.1.channel`. */
export type Fault = {
  readonly field: string;
  readonly message: string;
  /** Where the call is a list: what the caller calls the faulty entry. */
  readonly key?: string;
};

export type ListNames = {
  /** The argument that the list is. */
  readonly at: string;
  /** The field by which the caller knows its entries. */
  readonly keyName: string;
};

/** So many are told one by one, and so many of them in the sentence; the others are counted. */
const faultsMax = 20;
const sentencesMax = 5;
const keyMax = 200;

/** Checks a use case's input. Throws INPUT_INVALID with one sentence per fault; of values only keys of a list are repeated back. */
export function parseInput<T extends z.ZodType>(schema: T, input: unknown, list?: ListNames): z.output<T> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw faultsFound(
    parsed.error.issues.map(({ path, message }) => ({
      field: [...(list ? [list.at] : []), ...path].join("."),
      message,
      ...(list && Array.isArray(input) && typeof path[0] === "number" ? keyOf(input[path[0]]?.[list.keyName]) : {}),
    })),
  );
}

/** What the caller calls a faulty entry, where that is a text. */
export function keyOf(key: unknown): { readonly key?: string } {
  return typeof key === "string" && key !== "" ? { key: key.slice(0, keyMax).toWellFormed() } : {};
}

/** One INPUT_INVALID for all faults of a call. */
export function faultsFound(faults: readonly Fault[]): AppError {
  const sentences = faults.map(({ field, message }) => (field ? `${field}: ${message}` : message));
  return invalid("INPUT_INVALID", `${named(sentences, "; ")}.`, { faults: faults.slice(0, faultsMax) });
}

/** One error for several: code and details of the first, the sentences of all. */
export function together(errors: readonly [AppError, ...AppError[]]): AppError {
  const [first] = errors;
  if (errors.length === 1) return first;
  const faults = errors.slice(0, faultsMax).map(({ code, message, details }) => ({ ...details, code, message }));
  const message = named(
    errors.map((error) => error.message),
    " ",
  );
  return new AppError(first.code, message, { ...first.details, faults });
}

function named(sentences: readonly string[], between: string): string {
  const others = sentences.length - sentencesMax;
  return sentences.slice(0, sentencesMax).join(between) + (others > 0 ? `${between}and ${others} more` : "");
}
