import { requirePermission } from "../access/index.ts";
import { conflict } from "../base/index.ts";
import { type Context, inTransaction, recordEvent, run } from "../storage/index.ts";
import { getFragment } from "./save-fragment.ts";
import { lockFragments } from "./sql/lock-fragments.ts";
import { selectFragmentUsers } from "./sql/select-fragment-users.ts";

/** Removes a fragment and its versions, unless a draft or another fragment uses it. What is live has a copy of its own. */
export async function deleteFragment(ctx: Context, id: string): Promise<string> {
  requirePermission(ctx, "campaigns:write");
  return inTransaction(ctx, async (tx) => {
    await run(tx, lockFragments());
    const fragment = await getFragment(tx, id);
    const { name, channel } = fragment;
    const found = await run(tx, selectFragmentUsers({ name, channel }, tx.actor));
    if (found.length > 0) {
      const users = found.flatMap(({ isVisible, ...user }) => (isVisible ? [user] : []));
      const list = users.map((user) => `the ${user.kind} ${user.name}`).join(", ") || "campaigns that this key does not see";
      throw conflict("FRAGMENT_IN_USE", `The fragment ${name} is used by ${list}: take it out there first.`, { users });
    }
    await tx.em.remove(fragment).flush();
    await recordEvent(tx, { type: "fragment.deleted", campaignId: null, data: { fragmentId: id, name, channel } });
    return fragment.id;
  });
}
