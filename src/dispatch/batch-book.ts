/** Which batches this worker holds, and how many of their messages have no outcome yet. */
export type BatchBook = {
  claim(rows: readonly (BatchRow & { readonly bytes: number })[]): void;
  /** The outcomes of these rows are about to be written; returns the batches that are empty then. They stay known until forgotten. */
  settle(rows: readonly BatchRow[]): string[];
  /** Gone: written out, or taken back by somebody else. */
  forget(batchIds: Iterable<string>): void;
  has(batchId: string): boolean;
  /** Of context and profile data, in all of them. */
  readonly bytes: number;
};

type BatchRow = { readonly batchId: string };

export function createBatchBook(): BatchBook {
  const open = new Map<string, { messages: number; bytes: number }>();
  let total = 0;
  return {
    get bytes() {
      return total;
    },
    claim(rows) {
      for (const { batchId, bytes } of rows) {
        const present = open.get(batchId);
        if (present) {
          present.messages += 1;
          present.bytes += bytes;
        } else open.set(batchId, { messages: 1, bytes });
        total += bytes;
      }
    },
    settle(rows) {
      const finished: string[] = [];
      for (const { batchId } of rows) {
        const present = open.get(batchId);
        // Unknown: somebody else recovers what else is in it, and finds it by its batch.
        if (present === undefined) continue;
        // On average: outcomes do not know what their message brought.
        const bytes = present.messages > 0 ? present.bytes / present.messages : 0;
        present.messages -= 1;
        present.bytes -= bytes;
        total -= bytes;
        if (present.messages === 0) finished.push(batchId);
      }
      return finished;
    },
    forget(batchIds) {
      for (const batchId of batchIds) {
        total -= open.get(batchId)?.bytes ?? 0;
        open.delete(batchId);
      }
      if (open.size === 0) total = 0;
    },
    has: (batchId) => open.has(batchId),
  };
}
