/** One row of the table that `npm run bench` prints. */
export type Result = {
  readonly what: string;
  readonly target: string;
  readonly measured: string;
  /** What it is held against, measured in the same run on the same machine. */
  readonly yardstick: string;
  readonly ratio: number | null;
  /** Null where the design sets no figure. */
  readonly isMet: boolean | null;
  /** Most resident memory that the server's process ever had while this was measured. */
  readonly serverMegabytes: number | null;
};

export type BenchOptions = {
  /** Smaller sizes: a look whether everything works, not figures. */
  readonly isQuick: boolean;
  readonly oldMessages: number;
  readonly nodeFlags: readonly string[];
};

export type Line = {
  readonly name: string;
  readonly run: (options: BenchOptions) => Promise<readonly Result[]>;
};

/** A figure on the way to the table, printed at once. */
export function note(text: string): void {
  process.stdout.write(`    ${text}\n`);
}

export function whole(figure: number): string {
  return Math.round(figure).toLocaleString("en-US");
}

/** A bench must not lie: a count that is not what it should be ends it. */
export function mustBe(what: string, actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`${what}: ${String(actual)} instead of ${String(expected)}`);
}

/** The figure below which `share` of the samples lie. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

export function mean(samples: readonly number[]): number {
  return samples.reduce((sum, sample) => sum + sample, 0) / samples.length;
}
