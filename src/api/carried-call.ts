import type { IncomingHttpHeaders } from "node:http";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Actor } from "../storage/index.ts";
import type { CostBudget } from "./cost-budget.ts";

/** A request that was let in, and whose answer is found on another thread. */
export type CarriedCall = {
  readonly requestId: string;
  readonly actor: Actor;
  /** Whether its cost was taken where it came in. */
  readonly isCharged: boolean;
  readonly method: string;
  /** With its query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
};

export type CarriedAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Bytes;
};

/** In memory of their own: they are handed over to the other thread, not copied. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** As `CostBudget.spend`: there is one budget, on the thread that lets calls in. */
export type Spend = CostBudget["spend"];

/** Answers calls away from the loop of the server. */
export type CallWorker = {
  /** The next piece of a call's body, before it is answered. What is brought is no longer here. */
  bring(requestId: string, piece: Bytes): void;
  /** Of a call whose body was not brought to its end. */
  forget(requestId: string): void;
  /** Rejects when the answer can no longer come. */
  answer(call: CarriedCall): Promise<CarriedAnswer>;
  /** Answers what it has, then ends. */
  stop(): Promise<void>;
};

/** By which the thread knows the call. */
export const requestIdHeader = "x-request-id";

export function carry(request: FastifyRequest, actor: Actor, bodyBytes: number): CarriedCall {
  const { id: requestId, method, url } = request;
  return { requestId, actor, isCharged: false, method, url, headers: carriedHeaders(request.headers, { requestId, bodyBytes }) };
}

/** A short call whose answer would keep the loop. Its cost was taken. */
export type DearCall = Pick<CarriedCall, "requestId" | "actor" | "url" | "headers"> & { readonly body: object };

export function carryDear({ body, headers, ...asked }: DearCall): { readonly call: CarriedCall; readonly body: Bytes } {
  const bytes = new TextEncoder().encode(JSON.stringify(body));
  const carried = carriedHeaders(headers, { requestId: asked.requestId, bodyBytes: bytes.length });
  const call = { ...asked, isCharged: true, method: "POST", headers: { ...carried, "content-type": "application/json" } };
  return { call, body: bytes };
}

type Carried = { readonly requestId: string; readonly bodyBytes: number };

function carriedHeaders(given: IncomingHttpHeaders, { requestId, bodyBytes }: Carried): IncomingHttpHeaders {
  const { "transfer-encoding": _coding, connection: _connection, expect: _expect, ...headers } = given;
  return { ...headers, "content-length": String(bodyBytes), [requestIdHeader]: requestId };
}

export function sendCarried(reply: FastifyReply, { status, headers, body }: CarriedAnswer): void {
  for (const [name, value] of Object.entries(headers)) reply.header(name, value);
  void reply.code(status).send(Buffer.from(body.buffer, body.byteOffset, body.byteLength));
}
