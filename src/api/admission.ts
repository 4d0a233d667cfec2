import type { FastifyReply, FastifyRequest, RouteShorthandOptions } from "fastify";
import type { Authenticator } from "../access/index.ts";
import { invariant, limited } from "../base/index.ts";
import type { Actor } from "../storage/index.ts";
import { type AddressLimit, createAddressLimit } from "./address-limit.ts";
import { createBodyGate } from "./body-gate.ts";
import { type CallerAddress, createCallerAddress } from "./caller-address.ts";
import type { CallWorker, Spend } from "./carried-call.ts";
import { type CostBudget, createCostBudget, spenderOf } from "./cost-budget.ts";
import type { DoorSettings } from "./door-settings.ts";
import { createKeyGuard, type KeyGuard } from "./key-guard.ts";
import { createLargeCalls, type PassOn } from "./large-calls.ts";
import { requestsPerKeyMax } from "./limits.ts";
import { originRefusal } from "./origin.ts";

/** None where bodies were bounded before. */
export type BodyHooks = Pick<RouteShorthandOptions, "preParsing" | "onSend">;

/** What a route needs of it. */
export type RouteAdmission = {
  readonly budget: CostBudget;
  /** `budget.spend` of a route whose cost is known before its body: where a call comes in, and not again where it is answered. */
  readonly spendAtTheDoor: CostBudget["spend"];
  /** Has a short call answered whose answer would keep the loop; null where that is no matter. */
  readonly passOn: PassOn | null;
  /** Hooks of a route that takes bodies. */
  readonly bodies: BodyHooks;
  /**
   * Before a byte of the body is read. Throws what the caller is to be told. `authorization` is for doors that take a key
   * elsewhere than in the header of that name.
   */
  admit(request: FastifyRequest, reply: FastifyReply, authorization?: string | undefined): Promise<Actor>;
  /** Of a request that was admitted. */
  actorOf(request: FastifyRequest): Actor;
};

/** Who may come in: the same keys, origins and budget for every door. */
export type Admission = RouteAdmission & {
  readonly guard: KeyGuard;
  readonly callerAddress: CallerAddress;
  readonly addresses: AddressLimit;
  stop(): Promise<void>;
};

export type AdmissionOptions = {
  readonly settings: DoorSettings;
  readonly authenticator: Authenticator;
  /** Who answers what would keep the loop for too long. */
  readonly openWorker: (spend: Spend) => CallWorker;
};

export function createAdmission({ settings, authenticator, openWorker }: AdmissionOptions): Admission {
  const guard = createKeyGuard(authenticator, settings.failedKeysPerMinute);
  const budget = createCostBudget(settings.costPerSecond);
  const callerAddress = createCallerAddress(settings.trustedProxies);
  const actors = new WeakMap<FastifyRequest, Actor>();
  const countRequest = createRequestCount();
  const actorOf = (request: FastifyRequest): Actor => {
    const actor = actors.get(request);
    invariant(actor, "a request was not admitted");
    return actor;
  };
  const worker = openWorker(budget.spend);
  const gate = createBodyGate({
    waitSeconds: settings.largeBodyWaitSeconds,
    keyOf: (request) => spenderOf(actorOf(request)),
  });
  return {
    guard,
    spendAtTheDoor: budget.spend,
    ...createLargeCalls(gate, { ...settings, worker, actorOf }),
    budget,
    callerAddress,
    addresses: createAddressLimit({ ...settings, perAddressMax: settings.connections.perAddressMax, callerAddress }),
    async admit(request, reply, authorization = request.headers.authorization) {
      const foreign = originRefusal(request.headers, settings.allowedOrigins);
      if (foreign) throw foreign;
      const actor = await guard.authenticate(authorization, callerAddress(request.raw));
      const spent = budget.refusal(actor);
      if (spent) throw spent;
      countRequest(spenderOf(actor), reply);
      actors.set(request, actor);
      return actor;
    },
    actorOf,
    stop: () => worker.stop(),
  };
}

/** Throws RATE_LIMITED for a key with too many requests that are not answered yet. */
function createRequestCount(): (key: string, reply: FastifyReply) => void {
  const counts = new Map<string, number>();
  return (key, { raw }) => {
    const count = counts.get(key) ?? 0;
    if (count >= requestsPerKeyMax) throw tooMany();
    // Its end was told while the key was looked up, and is not told again.
    if (raw.destroyed) return;
    counts.set(key, count + 1);
    raw.once("close", () => {
      const left = (counts.get(key) ?? 1) - 1;
      if (left > 0) counts.set(key, left);
      else counts.delete(key);
    });
  };
}

function tooMany() {
  return limited(
    "RATE_LIMITED",
    `${requestsPerKeyMax} requests of this key wait for their answers. Try again when some have come.`,
    { retryAfterSeconds: 1, requestsMax: requestsPerKeyMax },
  );
}
