import { formatPath } from "../content/index.ts";

export type VersionChange = {
  /** Such as `startAt` or `content.email.subject`. */
  readonly path: string;
  /** Null: absent, or empty. */
  readonly before: unknown;
  readonly after: unknown;
};

/** Where two values differ, in the order of their keys. Objects are compared inside, lists and everything else as a whole. Pure. */
export function changedPaths(before: unknown, after: unknown, path = ""): VersionChange[] {
  if (isPlainObject(before) && isPlainObject(after)) {
    const names = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...names].flatMap((name) =>
      changedPaths(own(before, name), own(after, name), path === "" ? name : formatPath(path, [name])),
    );
  }
  return isSame(before, after) ? [] : [{ path, before: before ?? null, after: after ?? null }];
}

function own(value: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(value, name) ? value[name] : undefined;
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** Absent and null say the same; the order of an object's keys says nothing. */
function isSame(before: unknown, after: unknown): boolean {
  if (Array.isArray(before) && Array.isArray(after))
    return before.length === after.length && before.every((item, index) => changedPaths(item, after[index]).length === 0);
  if (before instanceof Date && after instanceof Date) return before.getTime() === after.getTime();
  return (before ?? null) === (after ?? null);
}
