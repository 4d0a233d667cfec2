import type { RequestContext } from "./request-context.ts";

/** What `subscribe` of a subscription is given. */
export type Started<A> = { readonly args: A; readonly context: RequestContext };

/** A stream that begins with a check is a promise of one; a refusal then is the answer to the subscription. */
export async function* iterate<T>(stream: Promise<AsyncGenerator<T>>): AsyncGenerator<T> {
  yield* await stream;
}
