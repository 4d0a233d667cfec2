import type { FastifyRequest } from "fastify";
import type { Authenticator } from "../access/index.ts";
import type { Actor } from "../storage/index.ts";
import { type CallerAddress, createCallerAddress } from "./caller-address.ts";
import { type CostBudget, createCostBudget } from "./cost-budget.ts";
import type { DoorSettings } from "./door-settings.ts";
import { createKeyGuard, type KeyGuard } from "./key-guard.ts";
import { originRefusal } from "./origin.ts";

/** Who may come in: the same keys, origins and budget for every door. */
export type Admission = {
  readonly guard: KeyGuard;
  readonly budget: CostBudget;
  readonly callerAddress: CallerAddress;
  /** Before a byte of the body is read. Throws what the caller is to be told. */
  admit(request: FastifyRequest): Promise<Actor>;
};

export function createAdmission(settings: DoorSettings, authenticator: Authenticator): Admission {
  const guard = createKeyGuard(authenticator, settings.failedKeysPerMinute);
  const budget = createCostBudget(settings.costPerSecond);
  const callerAddress = createCallerAddress(settings.trustedProxies);
  return {
    guard,
    budget,
    callerAddress,
    async admit(request) {
      const foreign = originRefusal(request.headers, settings.allowedOrigins);
      if (foreign) throw foreign;
      const actor = await guard.authenticate(request.headers.authorization, callerAddress(request.raw));
      const spent = budget.refusal(actor.id);
      if (spent) throw spent;
      return actor;
    },
  };
}
