import { startEmbeddedPostgres } from "../../../src/storage/index.ts";
import { onLeaving } from "./left-behind.ts";
import { hasRedis, startRedis } from "./redis.ts";
import { aDataFolder, connectTo, type Launched, launch, type Server } from "./server.ts";

export type Cluster = Server & { readonly workers: readonly Launched[] };
type ClusterOptions = { readonly workers: number; readonly nodeFlags: readonly string[] };

/** `envoi serve` and workers beside it, on one PostgreSQL; several workers share a Redis as well. */
export async function startCluster({ workers: count, nodeFlags }: ClusterOptions): Promise<Cluster> {
  const folder = aDataFolder();
  const postgres = await startEmbeddedPostgres(folder.path);
  const stopPostgres = onLeaving(() => postgres.stop());
  const redis = count > 1 ? await startRedis() : null;
  const environment = {
    DATABASE_URL: postgres.ownerUrl,
    ENVOI_DATA: folder.path,
    ...(redis ? { REDIS_URL: redis.url } : {}),
  };
  const serving = await launch("serve", environment, nodeFlags);
  const workers: Launched[] = [];
  for (let index = 0; index < count; index += 1) workers.push(await launch("work", environment, nodeFlags));
  const stop = async (): Promise<void> => {
    await Promise.all(workers.map((worker) => worker.stop()));
    await serving.stop();
    await redis?.[Symbol.asyncDispose]();
    await stopPostgres();
    await folder.remove();
  };
  return { ...(await connectTo(serving, { folder: folder.path, databaseUrl: postgres.ownerUrl, stop })), workers };
}

export const canHaveSeveralWorkers = hasRedis;
