import { systemActor } from "./access/index.ts";
import { type Log, systemClock } from "./base/index.ts";
import { type Config, publicUrlOf } from "./config.ts";
import { createDispatcher, createLimits, type EnginePart } from "./dispatch/index.ts";
import { entities } from "./entities.ts";
import { createUnsubscribeLinks } from "./feedback/index.ts";
import { type Context, createNewsDesk, createSealer, loadSecret, openDatabase } from "./storage/index.ts";
import { transportDependencies } from "./transport-dependencies.ts";

export type Work = {
  /** The part that took suspects alone ended by itself. */
  prove(workerId: string): Promise<void>;
  stop(): Promise<void>;
};

/** Composes and starts the engine on a migrated database. Knows nothing of the doors. */
export async function startWork(
  config: Config,
  { databaseUrl, part, log }: { readonly databaseUrl: string; readonly part: EnginePart; readonly log: Log },
): Promise<Work> {
  const database = await openDatabase({ url: databaseUrl, poolMax: config.database.poolMax, entities, log });
  const em = () => database.orm.em.fork();
  const context = (): Context => ({ em: em(), actor: systemActor, clock: systemClock, log });
  const sealer = createSealer(loadSecret(config.data.folder, config.data.secretHex));
  const links = createUnsubscribeLinks({ sealer, publicUrl: () => publicUrlOf(config) });
  const news = createNewsDesk({ url: database.url, log });
  const limits = await createLimits({ em: em() }, { redisUrl: config.redis.url, log }).catch(async (error) => {
    await database.close();
    throw error;
  });
  const dispatcher = createDispatcher({
    databaseUrl,
    context,
    news,
    transports: transportDependencies(config, { em, sealer, log }),
    leaseSeconds: config.dispatch.leaseSeconds,
    limits,
    unknownConsentIsConsent: config.executions.unknownConsentIsConsent,
    sealer,
    unsubscribeUrl: (messageId, address) => links.urlFor({ messageId, address }),
    part,
    log,
  });
  const stop = async (): Promise<void> => {
    await dispatcher.stop();
    await news.stop();
    await database.close();
  };
  try {
    await news.start();
    await dispatcher.start();
  } catch (error) {
    await news.stop();
    await database.close();
    throw error;
  }
  return { prove: (workerId) => dispatcher.prove(workerId), stop };
}
