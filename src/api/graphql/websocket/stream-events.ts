import { createSourceEventStream, type ExecutionArgs, type ExecutionResult, execute } from "graphql";
import { endable, outlast, passesByItself } from "../../../storage/index.ts";
import type { RequestContext } from "../shared/request-context.ts";
import { forget } from "../shared/subscription.ts";

/**
 * A subscription's events, each answered by the fields that were asked for. Where a field cannot be read because the database
 * is away, the event waits until it is back, and those after it wait behind it: a stream tells late rather than not at all.
 */
export async function streamEvents(args: ExecutionArgs): Promise<AsyncGenerator<ExecutionResult> | ExecutionResult> {
  const events = await createSourceEventStream(args);
  if (!(Symbol.asyncIterator in events)) return events;
  return endable((ending) => answerEach(events as AsyncGenerator<unknown>, args, ending));
}

async function* answerEach(
  events: AsyncGenerator<unknown>,
  args: ExecutionArgs,
  ending: AbortSignal,
): AsyncGenerator<ExecutionResult, void, undefined> {
  ending.addEventListener("abort", () => void events.return(undefined), { once: true });
  for await (const event of events) yield await outlast(ending, () => answerEvent(args, event, ending));
}

async function answerEvent(args: ExecutionArgs, event: unknown, ending: AbortSignal): Promise<ExecutionResult> {
  const result = await execute({ ...args, rootValue: event });
  const away = result.errors?.find(({ originalError }) => passesByItself(originalError));
  if (!away || ending.aborted) return result;
  // What was not to be read is remembered as such until it is forgotten.
  forget(args.contextValue as RequestContext);
  throw away.originalError;
}
