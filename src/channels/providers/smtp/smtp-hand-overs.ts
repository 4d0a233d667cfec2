export type Patience = {
  /** From the moment a message may have its connection until its body begins: connecting, greeting, login, envelope. */
  readonly untilBodyMilliseconds: number;
  /** From then until the server has said what became of it. */
  readonly answerMilliseconds: number;
};

/** How far a hand-over has come, which whoever has the turn keeps up to date. */
export type Turn = {
  isBodyBegun: boolean;
  /** The final dot was written: without a reply nobody knows what became of the message. */
  mayHaveLeft: boolean;
  /** Called when it takes too long, and has to end it. */
  giveUp: () => void;
  isOver: boolean;
};

export type HandOvers = {
  /** Runs one when there is a connection for it. */
  run<T>(handOver: (turn: Turn) => Promise<T>): Promise<T>;
};

/**
 * A deadline for a hand-over as a whole. Time-outs of a socket begin anew with each byte, so a server that answers one byte a
 * second would keep its messages for as long as it likes. What waits for a connection is not counted: no more are given a turn than
 * there are connections.
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
    async run(handOver) {
      await takeTurn();
      const turn: Turn = { isBodyBegun: false, mayHaveLeft: false, giveUp: () => undefined, isOver: false };
      const end = (): void => {
        turn.isOver = true;
        turn.giveUp();
      };
      let timer = setTimeout(() => {
        if (turn.isBodyBegun) timer = setTimeout(end, answerMilliseconds);
        else end();
      }, untilBodyMilliseconds);
      try {
        return await handOver(turn);
      } finally {
        clearTimeout(timer);
        passTurn();
      }
    },
  };
}
