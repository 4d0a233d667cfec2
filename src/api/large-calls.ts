import { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest, RequestPayload } from "fastify";
import type { Actor } from "../storage/index.ts";
import type { BodyHooks } from "./admission.ts";
import { answerInTime } from "./answer-in-time.ts";
import { noteBodyBytes } from "./body-bytes.ts";
import { announcedBytesOf, type BodyGate } from "./body-gate.ts";
import {
  type Bytes,
  type CallWorker,
  type CarriedAnswer,
  type CarriedCall,
  carry,
  carryDear,
  type DearCall,
  sendCarried,
} from "./carried-call.ts";
import { collectBody } from "./collect-body.ts";
import { spenderOf } from "./cost-budget.ts";
import { bodyBytesMax, dearCallBytes, loopBodyBytesMax, workedOnBytesMax, workedOnBytesPerKeyMax } from "./limits.ts";
import { createTurns } from "./turns.ts";

export type LargeCallOptions = {
  readonly worker: CallWorker;
  readonly actorOf: (request: FastifyRequest) => Actor;
  readonly answerSeconds: number;
};

export type PassOn = (call: DearCall) => Promise<CarriedAnswer>;

export type LargeCalls = {
  /**
   * Hooks of a route that takes bodies: a large one is read as bytes only, and the call answered by the worker. What the route
   * does with it need not know of this.
   */
  readonly bodies: BodyHooks;
  /** A short body was read, and its answer is long. */
  readonly passOn: PassOn;
};

export function createLargeCalls(gate: BodyGate, options: LargeCallOptions): LargeCalls {
  const { worker, actorOf, answerSeconds } = options;
  const turns = createTurns({
    unitsMax: workedOnBytesMax,
    unitsPerKeyMax: workedOnBytesPerKeyMax,
    waitingMax: Number.POSITIVE_INFINITY,
    // Whoever waits is told before that the time is over.
    waitSeconds: answerSeconds + 1,
  });
  const nobodyGoes = new AbortController().signal;

  const answer = (call: CarriedCall, units: number): Promise<CarriedAnswer> => {
    const turn = turns.enter({ key: spenderOf(call.actor), units }, nobodyGoes).catch((error) => {
      worker.forget(call.requestId);
      throw error;
    });
    return answerInTime(
      turn.then((leave) => worker.answer(call).finally(leave)),
      answerSeconds,
    );
  };

  const bring = async ({ id }: FastifyRequest, payload: RequestPayload) => {
    const onPiece = (piece: Bytes): void => worker.bring(id, piece);
    try {
      return await collectBody(payload, { bytesMax: bodyBytesMax, keptBytesMax: loopBodyBytesMax, onPiece });
    } catch (error) {
      worker.forget(id);
      throw error;
    }
  };

  /** What is left for the loop to read, or null when the answer was sent. */
  const take = async (request: FastifyRequest, reply: FastifyReply, payload: RequestPayload): Promise<RequestPayload | null> => {
    await gate.enter(request, reply, payload);
    if (announcedBytesOf(request) <= loopBodyBytesMax || !isJson(request)) return payload;
    const { bytes, kept } = await bring(request, payload);
    if (kept) return putBack(request, kept);
    const call = carry(request, actorOf(request), bytes);
    sendCarried(reply, await answer(call, bytes));
    return null;
  };

  const bodies: BodyHooks = {
    preParsing(request, reply, payload, done) {
      take(request, reply, payload).then(
        (left) => left && done(null, left),
        (error) => done(error),
      );
    },
    onSend: gate.onSend,
  };

  return {
    bodies,
    passOn(dear) {
      const { call, body } = carryDear(dear);
      worker.bring(call.requestId, body);
      return answer(call, dearCallBytes);
    },
  };
}

/** Anything else is refused unread. */
function isJson({ headers }: FastifyRequest): boolean {
  return /^application\/json\b/i.test(headers["content-type"] ?? "");
}

/** A body that came in chunks and turned out to be small. */
function putBack(request: FastifyRequest, body: Buffer): RequestPayload {
  noteBodyBytes(request, body.length);
  return Readable.from([body]);
}
