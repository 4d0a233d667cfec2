import { unauthenticated } from "../base/index.ts";
import { type Actor, type Context, inTransaction } from "../storage/index.ts";
import { type KeepAnAdmin, lockAdmins } from "./keep-an-admin.ts";
import { keyValidity } from "./key-validity.ts";
import { lockApiKey } from "./load-api-key.ts";
import { permissionsOf } from "./permissions.ts";
import { requirePermission } from "./require-permission.ts";

/**
 * Runs `work` in a transaction of somebody who manages keys: `tx.actor` is what their own key is now, under a lock. Whatever
 * was known of it when the call came in, a key whose revocation, demotion or rotation was committed makes nothing new.
 */
export function manageKeys<T>(ctx: Context, work: (tx: Context, keepAnAdmin: KeepAnAdmin) => Promise<T>): Promise<T> {
  requirePermission(ctx, "keys:write");
  return inTransaction(ctx, async (tx) => {
    const keepAnAdmin = await lockAdmins(tx);
    const actor = await presentActor(tx);
    requirePermission({ ...tx, actor }, "keys:write");
    return work({ ...tx, actor }, keepAnAdmin);
  });
}

async function presentActor(tx: Context): Promise<Actor> {
  const { kind, id, secretHash } = tx.actor;
  if (kind !== "KEY" || !secretHash) return tx.actor;
  const key = await lockApiKey(tx, id);
  if (keyValidity(key, secretHash, tx.clock.now()) === null)
    throw unauthenticated(
      "UNAUTHENTICATED",
      "This API key has ended meanwhile: it expired, was revoked or has another secret now.",
    );
  return { ...tx.actor, permissions: new Set(permissionsOf(key)) };
}
