import { type Context, inTransaction, run, type Sealer } from "../storage/index.ts";
import { sealContext } from "./sealed-context.ts";
import { selectUnsealed, updateSealed } from "./sql/seal-messages.ts";

/** What one transaction takes: a context may have 200 KB, and sealing must not hold up a slice that is due. */
const chunkMax = { messages: 500, bytes: 4_000_000 };
/** A sweep that follows soon goes on where this one stopped. */
const chunksMax = 10;

/**
 * Seals what FAILED and UNCERTAIN messages keep for a replay. Settling leaves that to this sweep, so that it costs
 * nothing for messages that are sent. Any number of workers may sweep at once.
 */
export async function sealContexts(ctx: Context, sealer: Sealer): Promise<void> {
  for (let chunk = 0; chunk < chunksMax; chunk += 1) if (!(await sealSome(ctx, sealer))) return;
}

/** True when it found something. */
function sealSome(ctx: Context, sealer: Sealer): Promise<boolean> {
  return inTransaction(ctx, async (tx) => {
    const rows = await run(tx, selectUnsealed(chunkMax));
    if (rows.length === 0) return false;
    await run(tx, updateSealed(rows.map((row) => ({ id: row.id, sealed: sealContext(sealer, row) }))));
    return true;
  });
}
