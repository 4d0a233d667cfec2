import { conflict, invalid } from "./app-error.ts";

/** Throws VERSION_CONFLICT when somebody changed it since it was read; `what` is its word, such as campaign. */
export function requireRevision(
  what: string,
  { revision }: { readonly revision: number },
  expectedRevision: number | null,
): void {
  if (expectedRevision === null)
    throw invalid("INPUT_INVALID", "expectedRevision must be given with an id: the revision that was read.", {
      field: "expectedRevision",
    });
  if (revision === expectedRevision) return;
  throw conflict(
    "VERSION_CONFLICT",
    `Somebody changed this ${what} meanwhile: it is at revision ${revision}. Read it again and repeat your change.`,
    { revision, expectedRevision },
  );
}
