import { z } from "zod";

/**
 * An object of a call. What is not in it is refused and named: a misspelt `channelData` that is passed over would send to
 * another address.
 */
export function fields<Shape extends z.ZodRawShape>(shape: Shape) {
  const names = Object.keys(shape).join(", ");
  return z.strictObject(shape, {
    error: ({ code }) => (code === "unrecognized_keys" ? `is unknown; there are ${names}` : "must be an object"),
  });
}

export const text = z.string({ error: ({ input }) => (input === undefined ? "is missing" : "must be a text") });

/** Any JSON object, passed on as it came: what it may be is for the use case to say. */
export const jsonObject = z.unknown().meta({ override: { type: "object", additionalProperties: true } });

type Faulty = { readonly field: string; readonly message: string };

/** A fault for each unknown field, under its own path. */
export function faultsOf({ issues }: z.ZodError, at: readonly (string | number)[] = []): Faulty[] {
  return issues.flatMap((issue) => {
    const path = [...at, ...issue.path];
    const paths = issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...path, key]) : [path];
    return paths.map((names) => ({ field: names.map(String).join("."), message: issue.message }));
  });
}
