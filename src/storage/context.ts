import type { EntityManager } from "@mikro-orm/postgresql";
import type { Clock, Log } from "../base/index.ts";

/** Who asks: an API key, or the server itself (its clock, its engine). */
export type Actor = {
  readonly kind: "KEY" | "SYSTEM";
  readonly id: string;
  readonly name: string;
  /** Approval policies name people by them; what may be done is said by the permissions alone. */
  readonly roles: ReadonlySet<string>;
  readonly permissions: ReadonlySet<string>;
};

/** What every use case receives first. `em` is a fork of its own: one per request, job or batch. */
export type Context = {
  readonly em: EntityManager;
  readonly actor: Actor;
  readonly clock: Clock;
  readonly log: Log;
};
