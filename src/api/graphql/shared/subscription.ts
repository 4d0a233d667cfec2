import type { RequestContext } from "./request-context.ts";

/** What `subscribe` of a subscription is given. */
export type Started<A> = { readonly args: A; readonly context: RequestContext };

/**
 * A stream that begins with a check is a promise of one; a refusal then is the answer to the subscription. What is nested in
 * a value is read anew for each: the loaders of an operation live as long as it does, and know only what they saw first.
 */
export async function* iterate<T>(context: RequestContext, stream: Promise<AsyncGenerator<T>>): AsyncGenerator<T> {
  for await (const value of await stream) {
    forget(context);
    yield value;
  }
}

function forget({ em, loaders }: RequestContext): void {
  for (const loader of Object.values(loaders)) loader.clearAll();
  em.clear();
}
