const runMax = 100;
const textMax = 500;
const lookedAtMax = 20_000;
const itemsMax = 100;

/** Of what may be megabytes, no more than could be told after runs are shortened: everything below is done with that. */
export function cut(text: string): string {
  return text.slice(0, lookedAtMax);
}

/** What callers sent comes back in messages, such as an id that does not exist: never all of a long one. */
export function shorten(text: string): string {
  const calm = cut(text).replaceAll(/\S{101,}/g, (run) => `${run.slice(0, runMax)}…`);
  return calm.length > textMax ? `${calm.slice(0, textMax)}…` : calm;
}

/** The same for the texts among details, lists of them included. */
export function shortenDetails(details: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(details).map(([name, value]) => [name, shortenValue(value)]));
}

export function shortenText(text: string): string {
  return text.length > runMax ? `${text.slice(0, runMax)}…` : text;
}

function shortenValue(value: unknown): unknown {
  if (typeof value === "string") return shortenText(value);
  if (Array.isArray(value)) return value.slice(0, itemsMax).map(shortenValue);
  const isPlain = typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  return isPlain ? shortenDetails(value as Readonly<Record<string, unknown>>) : value;
}
