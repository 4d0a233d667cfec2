import { toError } from "../base/index.ts";
import { type Context, inTransaction, isDatabaseAway, run, type Sealer } from "../storage/index.ts";
import { sealContext } from "./sealed-context.ts";
import { selectUnsealed, updateSealed } from "./sql/seal-messages.ts";

/** What one transaction takes: a context may have 200 KB, and sealing must not hold up a slice that is due. */
const max = { messages: 500, bytes: 4_000_000 };
/** A sweep that follows soon goes on where this one stopped. */
const chunksMax = 10;
const asideMilliseconds = 30_000;

export type ContextSealing = { sweep(ctx: Context): Promise<void> };

/**
 * Seals what FAILED and UNCERTAIN messages keep for a replay. Settling leaves that to this sweep, so that it costs
 * nothing for messages that are sent. Any number of workers may sweep at once. A campaign of which it fails is left aside for a
 * while, so that it holds up no other.
 */
export function createContextSealing(sealer: Sealer): ContextSealing {
  /** Campaigns, and until when. */
  const aside = new Map<string, number>();

  const except = (): string[] => {
    for (const [id, until] of aside) if (until <= performance.now()) aside.delete(id);
    return [...aside.keys()];
  };

  /** True when it found something. */
  const seal = async (ctx: Context, only: string | null, onFound: (campaignIds: string[]) => void): Promise<boolean> =>
    inTransaction(ctx, async (tx) => {
      const rows = await run(tx, selectUnsealed({ max, only, except: except() }));
      if (rows.length === 0) return false;
      onFound([...new Set(rows.map(({ campaignId }) => campaignId))]);
      await run(tx, updateSealed(rows.map((row) => ({ id: row.id, sealed: sealContext(sealer, row) }))));
      return true;
    });

  const putAside = (ctx: Context, campaignId: string, error: unknown): void => {
    aside.set(campaignId, performance.now() + asideMilliseconds);
    ctx.log.error(
      { err: toError(error), campaignId },
      "executions: contexts of a campaign could not be sealed; it is tried again",
    );
  };

  const sealApart = async (ctx: Context, campaignIds: readonly string[]): Promise<void> => {
    for (const id of campaignIds) await seal(ctx, id, () => undefined).catch((error) => putAside(ctx, id, error));
  };

  const sealSome = async (ctx: Context): Promise<boolean> => {
    let found: string[] = [];
    try {
      return await seal(ctx, null, (campaignIds) => {
        found = campaignIds;
      });
    } catch (error) {
      if (isDatabaseAway(error) || found.length === 0) throw error;
      await sealApart(ctx, found);
      return true;
    }
  };

  return {
    async sweep(ctx) {
      for (let chunk = 0; chunk < chunksMax; chunk += 1) if (!(await sealSome(ctx))) return;
    },
  };
}
