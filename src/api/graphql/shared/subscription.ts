import type { RequestContext } from "./request-context.ts";

/** What `subscribe` of a subscription is given. */
export type Started<A> = { readonly args: A; readonly context: RequestContext };

/**
 * A stream that begins with a check is a promise of one; a refusal then is the answer to the subscription. Streams begin in
 * turn. The next value is asked for when the reader has room for it. What is nested in a value is read anew for each: the
 * loaders of an operation live as long as it does, and know only what they saw first.
 */
export function iterate<T>(context: RequestContext, start: () => Promise<AsyncGenerator<T>>): AsyncGenerator<T> {
  let isEnded = false;
  const startUnlessEnded = async () => (isEnded ? nothing<T>() : start());
  const stream = context.reader ? context.reader.begin(startUnlessEnded) : start();
  const values = valuesOf(context, stream);
  const end = values.return.bind(values);
  // A generator that waits for its next value hears of its end only afterwards; the stream itself may be ended at once.
  values.return = (value) => {
    isEnded = true;
    stream.then((source) => source.return(undefined)).catch(() => undefined);
    return end(value);
  };
  return values;
}

async function* valuesOf<T>(context: RequestContext, stream: Promise<AsyncGenerator<T>>): AsyncGenerator<T> {
  const source = await stream;
  try {
    for (;;) {
      await context.reader?.ready();
      const { value, done } = await source.next();
      if (done) return;
      await context.reader?.turn();
      forget(context);
      yield value;
    }
  } finally {
    await source.return(undefined);
  }
}

async function* nothing<T>(): AsyncGenerator<T> {}

/** What was read for one event: the next one is to see what is there then. */
export function forget({ em, loaders }: RequestContext): void {
  for (const loader of Object.values(loaders)) loader.clearAll();
  em.clear();
}
