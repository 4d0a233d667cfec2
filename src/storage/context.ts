import type { EntityManager } from "@mikro-orm/postgresql";
import type { Clock, Log } from "../base/index.ts";

/** The campaigns that somebody is limited to. Both limits hold where both are set; null is none. */
export type Reach = {
  readonly campaignIds: ReadonlySet<string> | null;
  /** Campaigns without a label, and those with one of these. */
  readonly labels: readonly string[] | null;
};

/** Who asks: an API key, the bearer of an OpenID Connect token, or the server itself (its clock, its engine). */
export type Actor = {
  readonly kind: "KEY" | "TOKEN" | "SYSTEM";
  readonly id: string;
  readonly name: string;
  /** Of its key or token; none for the server itself. */
  readonly roles: ReadonlySet<string>;
  readonly permissions: ReadonlySet<string>;
  /** Of an API key: the digest of the secret that was shown. */
  readonly secretHash?: Uint8Array;
  /** Null: every campaign. */
  readonly reach: Reach | null;
};

/** What every use case receives first. `em` is a fork of its own: one per request, job or batch. */
export type Context = {
  readonly em: EntityManager;
  readonly actor: Actor;
  readonly clock: Clock;
  readonly log: Log;
  /** Of the call that asks; absent when the server acts by itself. */
  readonly requestId?: string;
};
