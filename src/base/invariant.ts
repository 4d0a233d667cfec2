/** A broken assumption of ours, as opposed to a fault of the caller: always a bug. */
export class InvariantError extends Error {
  override name = "InvariantError";
}

/** Throws when `condition` is false. The sentence is for the log, never for the caller. */
export function invariant(condition: unknown, sentence: string): asserts condition {
  if (!condition) throw new InvariantError(sentence);
}

/** Closes an exhaustive `switch`: a new member of the union fails to compile here. */
export function unreachable(value: never): never {
  throw new InvariantError(`unreachable value: ${JSON.stringify(value)}`);
}

/** The only coercion of something thrown into an `Error`. */
export function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new InvariantError(`thrown value: ${String(thrown)}`);
}
