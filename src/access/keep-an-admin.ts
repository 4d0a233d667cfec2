import { conflict } from "../base/index.ts";
import { type Context, run } from "../storage/index.ts";
import { lockAdminKeys } from "./sql/lock-admin-keys.ts";

/** Asked before an ADMIN key ends or becomes less: without another one nobody could make keys any more. */
export type KeepAnAdmin = (id: string) => void;

/** Comes before any other lock on keys: two of them that end one another wait here, in the order of their ids. */
export async function lockAdmins(tx: Context): Promise<KeepAnAdmin> {
  const usable = await run(tx, lockAdminKeys(tx.clock.now()));
  return (id) => {
    if (usable.length !== 1 || usable[0]?.id !== id) return;
    throw conflict("LAST_ADMIN_KEY", "This is the last ADMIN key that works. Make another one first.", { id });
  };
}
