import type { FastifyReply, FastifyRequest, RequestPayload } from "fastify";
import { type AppError, invalid, unavailable } from "../base/index.ts";
import { isTooSlow } from "./is-too-slow.ts";
import {
  bodyBytesMax,
  freeBodyBytesMax,
  largeBodiesMax,
  largeBodiesPerKeyMax,
  middleBodiesBytesMax,
  middleBodiesBytesPerKeyMax,
  smallBodyBytesMax,
  waitingBodiesPerKeyMax,
} from "./limits.ts";
import { createTurns, type Leave, type Turns } from "./turns.ts";

export type BodyGateOptions = {
  readonly waitSeconds: number;
  /** Whose request it is: authenticated before a byte of its body is read. */
  readonly keyOf: (request: FastifyRequest) => string;
};

export type BodyGate = {
  /** Resolves when it is the request's turn. Its body is not read before. */
  enter(request: FastifyRequest, reply: FastifyReply, payload: RequestPayload): Promise<void>;
  onSend(request: FastifyRequest): Promise<void>;
};

const checkMilliseconds = 1000;

/**
 * Bounds the bytes of bodies that are in memory: a few large bodies at a time and some megabytes of the middling ones, the
 * others wait unread. A turn ends with the answer, or when the caller goes while the body is still coming. It does not end
 * when a caller goes whose call is being worked on: what it brought is in memory until that is done.
 */
export function createBodyGate({ waitSeconds, keyOf }: BodyGateOptions): BodyGate {
  const waiting = { waitingMax: waitingBodiesPerKeyMax, waitSeconds };
  const large = createTurns({ ...waiting, unitsMax: largeBodiesMax, unitsPerKeyMax: largeBodiesPerKeyMax });
  const middle = createTurns({ ...waiting, unitsMax: middleBodiesBytesMax, unitsPerKeyMax: middleBodiesBytesPerKeyMax });
  const leaves = new WeakMap<FastifyRequest, Leave>();

  return {
    async enter(request, reply, payload) {
      const bytes = announcedBytesOf(request);
      if (bytes <= freeBodyBytesMax) return;
      if (bytes > bodyBytesMax && Number.isFinite(bytes)) throw tooLarge();
      const isLarge = bytes > smallBodyBytesMax;
      const turns = isLarge ? large : middle;
      const leave = await turns.enter({ key: keyOf(request), units: isLarge ? 1 : bytes }, goneOf(request, reply));
      leaves.set(request, leave);
      reply.raw.once("close", () => {
        if (!request.raw.complete) leave();
      });
      refuseWhenSlow(request, payload, turns);
    },
    async onSend(request) {
      leaves.get(request)?.();
    },
  };
}

/** As Fastify's own refusal of a body that turns out to be longer. */
export function tooLarge(): AppError {
  return invalid(
    "BODY_TOO_LARGE",
    `A call may have ${bodyBytesMax} bytes at most. Split the recipients over several calls, each with its own requestId.`,
    { bytesMax: bodyBytesMax },
  );
}

/** Infinite for a body that comes in chunks: it does not say how long it will be. */
export function announcedBytesOf({ method, headers }: FastifyRequest): number {
  if (method !== "POST") return 0;
  return Number(headers["content-length"] ?? (headers["transfer-encoding"] === undefined ? 0 : Number.POSITIVE_INFINITY));
}

/** Aborted when the connection ends, also when it ended while the key was looked up. */
function goneOf(request: FastifyRequest, reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  if (request.raw.destroyed || reply.raw.destroyed) gone.abort();
  else reply.raw.once("close", () => gone.abort());
  return gone.signal;
}

/** While others wait, who holds a turn has to use it. */
function refuseWhenSlow({ raw }: FastifyRequest, payload: RequestPayload, turns: Turns): void {
  const { bytesRead } = raw.socket;
  const startedAt = performance.now();
  const timer = setInterval(() => {
    const seconds = (performance.now() - startedAt) / 1000;
    if (!turns.areWanted || !isTooSlow({ seconds, bytes: raw.socket.bytesRead - bytesRead })) return;
    clearInterval(timer);
    // As a fault of the stream that Fastify reads, so that it stops reading and answers; destroying it would end the connection.
    payload.emit("error", tooSlow());
  }, checkMilliseconds);
  for (const end of ["end", "error", "close"]) payload.once(end, () => clearInterval(timer));
}

function tooSlow(): AppError {
  return unavailable(
    "TIMED_OUT",
    "The body came too slowly while other large calls waited for their turn. Nothing was stored. Send the call again with the same requestId.",
    { retryable: true },
  );
}
