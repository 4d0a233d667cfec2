import type { Readable } from "node:stream";
import Fastify, { type InjectOptions, type LightMyRequestResponse } from "fastify";
import { invariant } from "../base/index.ts";
import type { Actor } from "../storage/index.ts";
import type { RouteAdmission } from "./admission.ts";
import { addCallDoors, type CallDoorsOptions, callDoorsServer } from "./call-doors.ts";
import { type CarriedAnswer, type CarriedCall, requestIdHeader, type Spend } from "./carried-call.ts";
import type { Spender } from "./cost-budget.ts";

export type InnerDoorsOptions = CallDoorsOptions & { readonly spend: Spend };

export type InnerDoors = {
  /** The body is read once and not held on to. */
  answer(call: CarriedCall, body: Readable): Promise<CarriedAnswer>;
  stop(): Promise<void>;
};

/** Of a connection; the thread that has it writes them. */
const headersOfConnection = new Set(["connection", "keep-alive", "transfer-encoding", "content-length", "date"]);

/** The doors for calls that another thread let in: nobody listens, and who asks is known. */
export async function createInnerDoors(options: InnerDoorsOptions): Promise<InnerDoors> {
  const http = Fastify({ ...callDoorsServer, requestIdHeader });
  const actors = new Map<string, Actor>();
  /** Each call brings an actor of its own. */
  const charged = new WeakSet<Spender>();
  const spend: Spend = async (who, cost) => (charged.has(who) ? undefined : options.spend(who, cost));
  await addCallDoors(http, createInnerAdmission(actors, spend), options);
  await http.ready();
  return {
    async answer({ requestId, actor, isCharged, ...call }, body) {
      actors.set(requestId, actor);
      if (isCharged) charged.add(actor);
      const asked = { ...call, payload: body } as InjectOptions;
      const { statusCode, headers, rawPayload } = await http.inject(asked).finally(() => actors.delete(requestId));
      // Into memory of its own, which can be handed over.
      return { status: statusCode, headers: withoutConnection(headers), body: new Uint8Array(rawPayload) };
    },
    stop: () => http.close(),
  };
}

/** The bodies were bounded where the calls came in. */
function createInnerAdmission(actors: ReadonlyMap<string, Actor>, spend: Spend): RouteAdmission {
  const actorOf = ({ id }: { readonly id: string }): Actor => {
    const actor = actors.get(id);
    invariant(actor, "a call came from nobody");
    return actor;
  };
  return {
    bodies: {},
    passOn: null,
    spendAtTheDoor: async () => undefined,
    budget: { refusal: () => null, spend, afford: spend },
    admit: async (request) => actorOf(request),
    actorOf,
  };
}

function withoutConnection(headers: LightMyRequestResponse["headers"]): CarriedAnswer["headers"] {
  const kept = Object.entries(headers).filter(([name]) => !headersOfConnection.has(name));
  return Object.fromEntries(kept.flatMap(([name, value]) => (value === undefined ? [] : [[name, ownText(value)]])));
}

const ownText = (value: string | string[] | number) => (typeof value === "number" ? String(value) : value);
