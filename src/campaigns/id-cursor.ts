import { decodeCursor, invalid, isId } from "../base/index.ts";

/** The cursor of a list that is sorted by id. Throws INPUT_INVALID for one that never came from such a list. */
export function decodeIdCursor(cursor: string | null | undefined): string | null {
  const id = decodeCursor(cursor);
  if (id !== null && !isId(id))
    throw invalid("INPUT_INVALID", "after must be a cursor taken from an earlier page.", { field: "after" });
  return id;
}
