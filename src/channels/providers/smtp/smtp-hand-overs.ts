export type Patience = {
  /** From the moment a message may have its connection until its body is read: connecting, greeting, login, envelope. */
  readonly untilBodyMilliseconds: number;
  /** From then until the server has said what became of it. */
  readonly answerMilliseconds: number;
};

export type HandOvers = {
  /** Runs one when there is a connection for it. The signal is aborted when it takes too long, and has to end it. */
  run<T>(isBodyRead: () => boolean, handOver: (signal: AbortSignal) => Promise<T>): Promise<T>;
};

/**
 * A deadline for a hand-over as a whole. Time-outs of a socket begin anew with each byte, so a server that answers one byte a
 * second would keep its messages for as long as it likes. What waits for a connection is not counted: the pool would not say when
 * that wait ends, so no more is given to it than it has connections.
 */
export function createHandOvers(options: { readonly connections: number; readonly patience: Patience }): HandOvers {
  const { untilBodyMilliseconds, answerMilliseconds } = options.patience;
  const waiting: (() => void)[] = [];
  let free = options.connections;

  const takeTurn = async (): Promise<void> => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
  };

  const passTurn = (): void => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };

  return {
    async run(isBodyRead, handOver) {
      await takeTurn();
      const deadline = new AbortController();
      const end = (): void => deadline.abort();
      let timer = setTimeout(() => {
        if (isBodyRead()) timer = setTimeout(end, answerMilliseconds);
        else end();
      }, untilBodyMilliseconds);
      try {
        return await handOver(deadline.signal);
      } finally {
        clearTimeout(timer);
        passTurn();
      }
    },
  };
}
