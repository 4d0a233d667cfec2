import { conflict, invalid } from "./app-error.ts";

type Revised = { readonly revision: number };

/** Throws VERSION_CONFLICT when somebody changed it since the revision that the caller names, if any; `what` is its word, such as campaign. */
export function checkRevision(what: string, { revision }: Revised, expectedRevision: number | null | undefined): void {
  if (expectedRevision == null || revision === expectedRevision) return;
  throw conflict(
    "VERSION_CONFLICT",
    `Somebody changed this ${what} meanwhile: it is at revision ${revision}. Read it again and repeat your change.`,
    { revision, expectedRevision },
  );
}

/** The same where a revision has to be named: saving over what exists. */
export function requireRevision(what: string, revised: Revised, expectedRevision: number | null | undefined): void {
  if (expectedRevision == null)
    throw invalid("INPUT_INVALID", "expectedRevision must be given with an id: the revision that was read.", {
      field: "expectedRevision",
    });
  checkRevision(what, revised, expectedRevision);
}
