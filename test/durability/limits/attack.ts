import type { ServerProcess } from "../../support/server-process.ts";

/** Whom an attack is against, and what it may use. */
export type Target = {
  readonly server: ServerProcess;
  readonly url: string;
  readonly adminKey: string;
  /** A key of its own, with the role. */
  keyOf(role: string): Promise<string>;
  /** A live campaign that is nobody else's. */
  readonly campaignId: string;
};

/**
 * Asks for far more of one resource than the page allows, and returns what the caller was told: it has to stand in the last
 * column of the resource's row. Throws when something else happened. Lets go of what it holds before it returns.
 */
export type Attack = (target: Target) => Promise<string>;
