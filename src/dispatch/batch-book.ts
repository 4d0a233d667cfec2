/** Which batches this worker holds, and how many of their messages have no outcome yet. */
export type BatchBook = {
  claim(rows: readonly BatchRow[]): void;
  /** The outcomes of these rows are about to be written; returns the batches that are empty then. They stay known until forgotten. */
  settle(rows: readonly BatchRow[]): string[];
  /** Gone: written out, or taken back by somebody else. */
  forget(batchIds: Iterable<string>): void;
  has(batchId: string): boolean;
};

type BatchRow = { readonly batchId: string };

export function createBatchBook(): BatchBook {
  const open = new Map<string, number>();
  return {
    claim(rows) {
      for (const { batchId } of rows) open.set(batchId, (open.get(batchId) ?? 0) + 1);
    },
    settle(rows) {
      const finished: string[] = [];
      for (const { batchId } of rows) {
        const present = open.get(batchId);
        // Unknown: somebody else recovers what else is in it, and finds it by its batch.
        if (present === undefined) continue;
        open.set(batchId, present - 1);
        if (present === 1) finished.push(batchId);
      }
      return finished;
    },
    forget(batchIds) {
      for (const batchId of batchIds) open.delete(batchId);
    },
    has: (batchId) => open.has(batchId),
  };
}
