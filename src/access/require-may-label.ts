import { forbidden, invalid } from "../base/index.ts";
import type { Context } from "../storage/index.ts";

type Asker = Pick<Context, "actor">;

/** Whoever is limited to some campaigns could not see a new one. */
export function requireMayCreate({ actor }: Asker): void {
  if (!actor.reach?.campaignIds) return;
  throw forbidden("PERMISSION_MISSING", "This key may not do that: it is limited to some campaigns, and cannot make another.", {
    permission: "campaigns:write",
  });
}

export type Labelling = { readonly before: readonly string[]; readonly after: readonly string[] };

/** Whoever is limited by labels gives and takes only its own, and never all of those by which it sees the campaign. */
export function requireMayLabel({ actor }: Asker, { before, after }: Labelling): void {
  const own = actor.reach?.labels;
  if (!own) return;
  const changed = [...after.filter((label) => !before.includes(label)), ...before.filter((label) => !after.includes(label))];
  const foreign = changed.find((label) => !own.includes(label));
  if (foreign !== undefined)
    throw forbidden("PERMISSION_MISSING", "This key may not do that: it gives and takes only its own labels.", {
      label: foreign,
    });
  // Without any label every key with labels sees it: that is not this one's to give.
  if (before.length > 0 && !after.some((label) => own.includes(label)))
    throw invalid(
      "INPUT_INVALID",
      "labels must keep one of this key's own: it cannot take the last by which it sees the campaign.",
      {
        field: "labels",
      },
    );
}
