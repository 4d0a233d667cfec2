import "reflect-metadata";
import { parentPort, workerData } from "node:worker_threads";
import type { Bytes, CarriedCall, InnerDoors, Spend } from "./api/index.ts";
import { createLog, invariant, type Log, toError } from "./base/index.ts";
import { type FromThread, type ToThread, toAppError, toFault } from "./call-messages.ts";
import { startCallWork } from "./call-work.ts";
import type { Config } from "./config.ts";
import { keepBeating, type Pulse } from "./threads/index.ts";

/** What the thread of large calls is given. */
export type Inside = { readonly config: Config; readonly databaseUrl: string; readonly pulse: Pulse };
type Tell = (told: FromThread, given?: readonly ArrayBuffer[]) => void;

async function run({ config, databaseUrl, pulse }: Inside): Promise<void> {
  const port = parentPort;
  invariant(port, "the thread of large calls is no thread");
  const log = createLog(config.log.level);
  keepBeating(pulse);
  const tell: Tell = (told, given = []) => port.postMessage(told, [...given]);
  const budget = createBudget(tell);
  const bodies = createBodies();
  try {
    const work = await startCallWork({ config, databaseUrl, spend: budget.spend, log });
    const hear = (told: ToThread): void => {
      if (told.kind === "piece") bodies.add(told.requestId, told.piece);
      else if (told.kind === "forget") bodies.forget(told.requestId);
      else if (told.kind === "call")
        void answer(work, { call: told.call, body: bodies.take(told.call.requestId) }, { tell, log });
      else if (told.kind === "spent") budget.settle(told);
      else void work.stop().finally(() => process.exit(0));
    };
    port.on("message", hear);
  } catch (thrown) {
    tell({ kind: "failed", fault: toFault(thrown) });
    throw toError(thrown);
  }
}

type Asked = { readonly call: CarriedCall; readonly body: Bytes };

async function answer(
  work: InnerDoors,
  { call, body }: Asked,
  { tell, log }: { readonly tell: Tell; readonly log: Log },
): Promise<void> {
  const { requestId } = call;
  try {
    const found = await work.answer(call, body);
    tell({ kind: "answer", requestId, answer: found }, [found.body.buffer]);
  } catch (thrown) {
    log.error({ err: toError(thrown), requestId }, "a large call could not be answered");
    tell({ kind: "broke-off", requestId });
  }
}

/** What came of the bodies of calls that are not complete. */
function createBodies() {
  const bodies = new Map<string, Bytes[]>();
  return {
    add(requestId: string, piece: Bytes): void {
      const pieces = bodies.get(requestId);
      if (pieces) pieces.push(piece);
      else bodies.set(requestId, [piece]);
    },
    forget(requestId: string): void {
      bodies.delete(requestId);
    },
    /** Once. */
    take(requestId: string): Bytes {
      const pieces = bodies.get(requestId) ?? [];
      bodies.delete(requestId);
      return joined(pieces);
    },
  };
}

/** Each piece's memory is given back as it is copied: all of them twice would be 128 MB. */
function joined(pieces: readonly Bytes[]): Bytes {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
    piece.buffer.transfer(0);
  }
  return whole;
}

type Question = { readonly resolve: () => void; readonly reject: (error: Error) => void };

/** The budget is kept by the thread that lets calls in: it is asked. */
function createBudget(tell: Tell) {
  const asked = new Map<number, Question>();
  let last = 0;
  const spend: Spend = ({ kind, id }, cost) =>
    new Promise((resolve, reject) => {
      last += 1;
      asked.set(last, { resolve, reject });
      tell({ kind: "spend", id: last, who: { kind, id }, cost });
    });
  return {
    spend,
    settle({ id, fault }: Extract<ToThread, { readonly kind: "spent" }>): void {
      const question = asked.get(id);
      asked.delete(id);
      if (fault) question?.reject(toAppError(fault));
      else question?.resolve();
    },
  };
}

await run(workerData);
