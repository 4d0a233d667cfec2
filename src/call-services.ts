import { createLoaders, type RequestContext, type Services } from "./api/index.ts";
import { createAuditStream } from "./audit/index.ts";
import type { Log } from "./base/index.ts";
import type { Config } from "./config.ts";
import { type Acceptor, createAcceptor, quickMilliseconds } from "./executions/index.ts";
import { createUnsubscribeLinks } from "./feedback/index.ts";
import { createLiveReports } from "./reports/index.ts";
import { type Actor, type Context, type Database, type NewsDesk, openQuickStatements, type Sealer } from "./storage/index.ts";
import { transportDependencies } from "./transport-dependencies.ts";

/** Groups of calls that are accepted at once. */
const quickSessionsMax = 4;

export type ServicesOptions = {
  readonly config: Config;
  readonly database: Database;
  readonly sealer: Sealer;
  readonly news: NewsDesk;
  /** How long a group of calls that is being accepted is left alone. */
  readonly acceptedAloneMilliseconds: number;
  readonly log: Log;
  readonly context: (actor?: Actor) => Context;
  /** Under which address callers reach this server. */
  readonly publicUrl: () => string;
};

export type OpenServices = {
  readonly createContext: (actor: Actor, requestId: string) => RequestContext;
  /** Waits for what is being accepted. */
  stop(): Promise<void>;
};

/** What the doors need to answer calls, on the server's own thread and on that of large calls. */
export function openServices(options: ServicesOptions): OpenServices {
  const { config, database, log, context } = options;
  const quickStatements = openQuickStatements({
    url: database.url,
    connectionsMax: quickSessionsMax,
    timeoutMilliseconds: quickMilliseconds(config.executions.acceptTimeoutSeconds),
    log,
  });
  const { acceptTimeoutSeconds: timeoutSeconds, unknownConsentIsConsent } = config.executions;
  const acceptor = createAcceptor({
    context,
    quickStatements,
    aloneMilliseconds: options.acceptedAloneMilliseconds,
    timeoutSeconds,
    unknownConsentIsConsent,
    log,
  });
  const services = createServices(options, acceptor);
  return {
    createContext(actor, requestId) {
      const ctx = context(actor);
      return { ...ctx, requestId, services, loaders: createLoaders(ctx) };
    },
    async stop() {
      await acceptor.stop();
      await quickStatements.close();
    },
  };
}

function createServices(
  { config, database, sealer, news, log, context, publicUrl }: ServicesOptions,
  acceptor: Acceptor,
): Services {
  const em = () => database.orm.em.fork();
  const links = createUnsubscribeLinks({ sealer, publicUrl });
  const unsubscribeUrl = (messageId: string): string => links.urlFor({ messageId, address: "" });
  return {
    execute: { acceptor, recipientsMax: config.executions.recipientsMax },
    simulate: { ...config.executions, unsubscribeUrl },
    proof: {
      transports: transportDependencies(config, { em, sealer, log }),
      unsubscribeUrl,
      proofsPerDay: config.executions.proofsPerDay,
    },
    replay: config.retention,
    sealer,
    live: createLiveReports({ news, context }),
    watchAuditTrail: createAuditStream({ news, context }),
    publicUrl,
  };
}
