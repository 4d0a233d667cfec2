type BatchRow = { readonly batchId: string };

/**
 * Batches of which nothing is open, to be deleted with the last of their outcomes. Deleted earlier, a batch would be missing when
 * its worker dies before the others are written, and nobody would recover its messages.
 */
export type EmptiedBatches = {
  /** The outcomes of these are about to be written. */
  begin(rows: readonly BatchRow[]): void;
  /** Nothing of these is open any more. */
  add(batchIds: readonly string[]): void;
  /** Those that are finished when these are written. */
  finishedBy(rows: readonly BatchRow[]): string[];
  written(rows: readonly BatchRow[], finishedBatchIds: readonly string[]): void;
};

export function createEmptiedBatches(): EmptiedBatches {
  const emptied = new Set<string>();
  /** How many outcomes of each are not written. */
  const unwritten = new Map<string, number>();

  const count = (batchId: string, change: number): void => {
    const rows = (unwritten.get(batchId) ?? 0) + change;
    if (rows > 0) unwritten.set(batchId, rows);
    else unwritten.delete(batchId);
  };

  return {
    begin(rows) {
      for (const { batchId } of rows) count(batchId, 1);
    },
    add(batchIds) {
      for (const batchId of batchIds) emptied.add(batchId);
    },
    finishedBy(rows) {
      const counts = new Map<string, number>();
      for (const { batchId } of rows) counts.set(batchId, (counts.get(batchId) ?? 0) + 1);
      return [...emptied].filter((batchId) => (unwritten.get(batchId) ?? 0) === (counts.get(batchId) ?? 0));
    },
    written(rows, finishedBatchIds) {
      for (const { batchId } of rows) count(batchId, -1);
      for (const batchId of finishedBatchIds) emptied.delete(batchId);
    },
  };
}
