import { type Context, run } from "../storage/index.ts";
import { deleteOldSeconds } from "./sql/delete-old-seconds.ts";

const keptDays = 90;

/** The timeline by the second is for looking at a send; totals are kept for good. */
export async function forgetOldSeconds(ctx: Context): Promise<void> {
  const deleted = await run(ctx, deleteOldSeconds(keptDays));
  if (deleted[0]?.count) ctx.log.info({ rows: deleted[0].count }, "reports: old timeline rows were removed");
}
