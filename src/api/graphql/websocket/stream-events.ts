import { createSourceEventStream, type ExecutionArgs, type ExecutionResult, execute } from "graphql";
import { outlast, passesByItself } from "../../../storage/index.ts";
import type { RequestContext } from "../shared/request-context.ts";
import { forget } from "../shared/subscription.ts";

/**
 * A subscription's events, each answered by the fields that were asked for. Where a field cannot be read because the database
 * is away, the event waits until it is back, and those after it wait behind it: a stream tells late rather than not at all.
 */
export async function streamEvents(args: ExecutionArgs): Promise<AsyncGenerator<ExecutionResult> | ExecutionResult> {
  const events = await createSourceEventStream(args);
  return Symbol.asyncIterator in events ? answered(events as AsyncGenerator<unknown>, args) : events;
}

/** Not a generator: that would hear of its end only after the event it waits for. */
function answered(events: AsyncGenerator<unknown>, args: ExecutionArgs): AsyncGenerator<ExecutionResult> {
  const ending = new AbortController();
  const ended = { done: true, value: undefined } as const;
  return {
    async next() {
      const { done, value } = await events.next();
      if (done || ending.signal.aborted) return ended;
      return { done: false, value: await outlast(ending.signal, () => answerEvent(args, value, ending.signal)) };
    },
    async return() {
      ending.abort();
      await events.return(undefined);
      return ended;
    },
    async throw(error) {
      await this.return(undefined);
      throw error;
    },
    async [Symbol.asyncDispose]() {
      await this.return(undefined);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

async function answerEvent(args: ExecutionArgs, event: unknown, ending: AbortSignal): Promise<ExecutionResult> {
  const result = await execute({ ...args, rootValue: event });
  const away = result.errors?.find(({ originalError }) => passesByItself(originalError));
  if (!away || ending.aborted) return result;
  // What was not to be read is remembered as such until it is forgotten.
  forget(args.contextValue as RequestContext);
  throw away.originalError;
}
