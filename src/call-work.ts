import { systemActor } from "./access/index.ts";
import { createInnerDoors, type InnerDoors, type Spend } from "./api/index.ts";
import { type Log, systemClock } from "./base/index.ts";
import { openServices } from "./call-services.ts";
import { type Config, publicUrlOf } from "./config.ts";
import { entities } from "./entities.ts";
import { type Actor, type Context, createNewsDesk, createSealer, loadSecret, openDatabase } from "./storage/index.ts";

export type CallWorkOptions = {
  readonly config: Config;
  readonly databaseUrl: string;
  readonly spend: Spend;
  readonly log: Log;
};

/** A few calls at a time come here, and none of them streams. */
const poolMax = 6;
/**
 * Each keeps a core of the database busy for as long as it takes: with several of them, small calls wait for their turn on a core. One
 * that takes longer may be held up by somebody's lock, and holds up no other.
 */
const acceptedAloneMilliseconds = 5000;

/** Composes what answers calls on a thread of its own: the same doors and services as the server's, on a migrated database. */
export async function startCallWork({ config, databaseUrl, spend, log }: CallWorkOptions): Promise<InnerDoors> {
  const database = await openDatabase({ url: databaseUrl, poolMax, entities, log });
  const context = (actor: Actor = systemActor): Context => ({ em: database.orm.em.fork(), actor, clock: systemClock, log });
  const calling = openServices({
    config,
    database,
    acceptedAloneMilliseconds,
    sealer: createSealer(loadSecret(config.data.folder, config.data.secretHex)),
    // Never started: subscriptions do not come here, and keys were looked at before.
    news: createNewsDesk({ url: database.url, log }),
    log,
    context,
    publicUrl: () => publicUrlOf(config),
  });
  const doors = await createInnerDoors({ settings: config.door, createContext: calling.createContext, spend, log });
  return {
    answer: (call, body) => doors.answer(call, body),
    async stop() {
      await doors.stop();
      await calling.stop();
      await database.close();
    },
  };
}
