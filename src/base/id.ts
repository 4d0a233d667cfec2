import { v7, validate } from "uuid";

/** A UUIDv7: sortable by time, and rising strictly within one process even in the same millisecond. */
export function createId(): string {
  return v7();
}

export function isId(value: string): boolean {
  return validate(value);
}
