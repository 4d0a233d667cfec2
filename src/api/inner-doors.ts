import Fastify, { type FastifyInstance, type FastifyRequest, type InjectOptions, type LightMyRequestResponse } from "fastify";
import { type AppError, invalid, invariant } from "../base/index.ts";
import type { Actor } from "../storage/index.ts";
import type { RouteAdmission } from "./admission.ts";
import { addCallDoors, type CallDoorsOptions, callDoorsServer } from "./call-doors.ts";
import { type Bytes, type CarriedAnswer, type CarriedCall, requestIdHeader, type Spend } from "./carried-call.ts";
import type { Spender } from "./cost-budget.ts";
import { countJsonValues } from "./json-values.ts";
import { bodyValuesMax } from "./limits.ts";

export type InnerDoorsOptions = CallDoorsOptions & { readonly spend: Spend };

export type InnerDoors = {
  /** The body is read once, and its memory given back before its JSON is parsed. */
  answer(call: CarriedCall, body: Bytes): Promise<CarriedAnswer>;
  stop(): Promise<void>;
};

/** By request id. */
type AskedCalls = Map<string, { readonly actor: Actor; readonly body: Bytes }>;

/** Of a connection; the thread that has it writes them. */
const headersOfConnection = new Set(["connection", "keep-alive", "transfer-encoding", "content-length", "date"]);

/** The doors for calls that another thread let in: nobody listens, and who asks is known. */
export async function createInnerDoors(options: InnerDoorsOptions): Promise<InnerDoors> {
  const http = Fastify({ ...callDoorsServer, requestIdHeader });
  const asked: AskedCalls = new Map();
  /** Each call brings an actor of its own. */
  const charged = new WeakSet<Spender>();
  const spend: Spend = async (who, cost) => (charged.has(who) ? undefined : options.spend(who, cost));
  readBodiesOf(http, asked);
  await addCallDoors(http, createInnerAdmission(asked, spend), options);
  await http.ready();
  return {
    async answer({ requestId, actor, isCharged, ...call }, body) {
      asked.set(requestId, { actor, body });
      if (isCharged) charged.add(actor);
      const { statusCode, headers, rawPayload } = await http.inject(call as InjectOptions).finally(() => asked.delete(requestId));
      // Into memory of its own, which can be handed over.
      return { status: statusCode, headers: withoutConnection(headers), body: new Uint8Array(rawPayload) };
    },
    stop: () => http.close(),
  };
}

/** As Fastify reads JSON, without another copy of the bytes. */
function readBodiesOf(http: FastifyInstance, asked: AskedCalls): void {
  const parse = http.getDefaultJsonParser("ignore", "ignore");
  http.addContentTypeParser("application/json", (request: FastifyRequest, _payload, done) => {
    const { body } = askedBy(request, asked);
    if (countJsonValues(body) > bodyValuesMax) return done(tooManyValues());
    const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString();
    // Its memory goes at once; garbage of this size would stay until it is collected.
    body.buffer.transfer(0);
    void parse(request, text, done);
  });
}

function askedBy({ id }: { readonly id: string }, asked: AskedCalls) {
  const found = asked.get(id);
  invariant(found, "a call came from nobody");
  return found;
}

function tooManyValues(): AppError {
  const message = `The JSON of a call may have ${bodyValuesMax} values, lists and objects. Split the recipients over several calls, each with its own requestId.`;
  return invalid("BODY_TOO_LARGE", message, { valuesMax: bodyValuesMax });
}

/** The bodies were bounded where the calls came in. */
function createInnerAdmission(asked: AskedCalls, spend: Spend): RouteAdmission {
  const actorOf = (request: { readonly id: string }): Actor => askedBy(request, asked).actor;
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
