const askedSecondsMax = 86_400;

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/**
 * The pause that an answer asks for: seconds, or an instant. An instant counts from the answer's own `Date`, so that a clock that
 * goes wrong on either side does not matter. Null where there is none that can be read. Pure.
 */
export function retryAfterSeconds(headers: Headers, now: Date): number | null {
  const asked = textOf(headers["retry-after"]).trim();
  if (/^\d{1,9}$/.test(asked)) return Math.min(askedSecondsMax, Number(asked));
  const until = Date.parse(asked);
  if (Number.isNaN(until) || !/[a-z]/i.test(asked)) return null;
  const from = Date.parse(textOf(headers.date));
  const seconds = Math.ceil((until - (Number.isNaN(from) ? now.getTime() : from)) / 1000);
  return Math.min(askedSecondsMax, Math.max(0, seconds));
}

function textOf(value: string | string[] | undefined): string {
  return (Array.isArray(value) ? value[0] : value) ?? "";
}
