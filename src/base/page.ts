import { invalid } from "./app-error.ts";
import { isId } from "./id.ts";

/** Keyset paging: `first` 1 to 500 (default 50), `after` a cursor of an earlier page. */
export type PageInput = { readonly first?: number | null | undefined; readonly after?: string | null | undefined };

export type Page<T> = {
  readonly edges: readonly { readonly cursor: string; readonly node: T }[];
  readonly hasNextPage: boolean;
  /** Counted only when asked for. */
  readonly totalCount: () => Promise<number>;
};

const pageSizeDefault = 50;
const pageSizeMax = 500;

export function pageSize(input: PageInput): number {
  const first = input.first ?? pageSizeDefault;
  if (!Number.isInteger(first) || first < 1 || first > pageSizeMax)
    throw invalid("INPUT_INVALID", `first must be a whole number from 1 to ${pageSizeMax}.`, { field: "first" });
  return first;
}

/** A cursor is the sort key of its row, opaque to callers. */
export function encodeCursor(key: string): string {
  return Buffer.from(key, "utf8").toString("base64url");
}

export function decodeCursor(cursor: string | null | undefined): string | null {
  if (cursor === null || cursor === undefined) return null;
  const key = Buffer.from(cursor, "base64url").toString("utf8");
  if (key === "" || encodeCursor(key) !== cursor)
    throw invalid("INPUT_INVALID", "after must be a cursor taken from an earlier page.", { field: "after" });
  return key;
}

/** The cursor of a list that is sorted by id. */
export function decodeIdCursor(cursor: string | null | undefined): string | null {
  const id = decodeCursor(cursor);
  if (id === null || isId(id)) return id;
  throw invalid("INPUT_INVALID", "after must be a cursor taken from an earlier page.", { field: "after" });
}

/** Makes a page of rows that were read with `limit pageSize + 1`. */
export function toPage<T>(
  rows: readonly T[],
  size: number,
  keyOf: (row: T) => string,
  totalCount: () => Promise<number>,
): Page<T> {
  return {
    edges: rows.slice(0, size).map((node) => ({ cursor: encodeCursor(keyOf(node)), node })),
    hasNextPage: rows.length > size,
    totalCount,
  };
}
