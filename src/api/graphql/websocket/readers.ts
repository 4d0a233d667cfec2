import type { CostBudget } from "../../cost-budget.ts";
import type { Reader } from "../shared/reader.ts";
import type { Extra } from "./connection.ts";
import type { Session } from "./sessions.ts";
import { createTurns } from "./turns.ts";

type Told = {
  /** Of the operation, on its socket. */
  readonly id: string;
  readonly cost: number;
};

export type Readers = (extra: Extra, session: Session, told: Told) => Reader;

/** `budget` is what the streams of a key may cost in a second, apart from its calls: a busy stream refuses none of them. */
export function createReaders(budget: CostBudget): Readers {
  const next = createTurns();
  return ({ socket, outbox, answers }, { actor, account }, { id, cost }) => ({
    begin: (start) => account.beginning(start),
    ready: () => outbox.ready(),
    async turn() {
      await budget.afford(actor, cost);
      await next();
    },
    tell: (result) => outbox.sendJson([`{"id":${JSON.stringify(id)},"type":"next","payload":`, result, "}"]),
    answer: (work) =>
      answers(async () => {
        // Before it takes a place of its key: one slow reader keeps no other from being answered.
        await outbox.ready();
        // Nothing is begun for whoever has gone, or was shown out, while it waited.
        return account.answers(async () => (socket.readyState === socket.OPEN ? work() : null));
      }),
  });
}
