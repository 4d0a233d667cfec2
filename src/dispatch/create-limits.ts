import { invariant, type Log } from "../base/index.ts";
import { type Context, run } from "../storage/index.ts";
import { type Limits, localLimits } from "./limits.ts";
import { SharedLimits } from "./shared-limits.ts";
import { selectInstallation } from "./sql/select-installation.ts";

/** In Redis, under a name of this installation's own, or in this process when there is no Redis. */
export async function createLimits(
  ctx: Pick<Context, "em">,
  options: { readonly redisUrl: string | null; readonly log: Log },
): Promise<Limits> {
  const { redisUrl, log } = options;
  if (redisUrl === null) return localLimits;
  const [installation] = await run(ctx, selectInstallation());
  invariant(installation, "PostgreSQL told no system identifier");
  return new SharedLimits({ redisUrl, namespace: installation.id, log });
}
