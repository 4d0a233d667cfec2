/** Reading a rate from the instants at which messages were handed over. */

export function sortedInstants(messages: readonly { readonly at: string }[]): number[] {
  return messages.map((message) => Date.parse(message.at)).sort((one, other) => one - other);
}

/** Messages a second from the first to the last. */
export function rateOf(instants: readonly number[]): number {
  const [first = 0] = instants;
  return ((instants.length - 1) * 1000) / ((instants.at(-1) ?? 0) - first);
}

/** The most messages that any sliding second holds. */
export function worstSecond(instants: readonly number[]): number {
  let worst = 0;
  let start = 0;
  for (const [end, instant] of instants.entries()) {
    while (instant - (instants[start] ?? 0) >= 1000) start += 1;
    worst = Math.max(worst, end - start + 1);
  }
  return worst;
}

/** What a sliding second may hold: the rate and one batch, which is 20 ms of it, or beside other workers a ticket of 25 ms. */
export function rateAndOneBatch(perSecond: number, batchMilliseconds: 20 | 25): number {
  return perSecond + Math.max(1, Math.ceil((perSecond * batchMilliseconds) / 1000));
}

export function countBetween(instants: readonly number[], from: number, to: number): number {
  return instants.filter((instant) => instant >= from && instant < to).length;
}
