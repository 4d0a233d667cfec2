/** What a caller may leave out or send as null. */
export type Loose<T> = { readonly [K in keyof T]?: T[K] | null | undefined };

/**
 * The fields of a change: what is absent stays as it is. Null empties what may be empty; in any other field it counts as
 * absent, since many clients send null for what they do not set.
 */
export function sentFields(input: object, emptiable: ReadonlySet<string>): Record<string, unknown> {
  const sent = Object.entries(input).filter(([name, value]) => value !== undefined && (value !== null || emptiable.has(name)));
  return Object.fromEntries(sent);
}
