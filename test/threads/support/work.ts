/** What tests have threads do. */
export function double({ of }: { readonly of: number }): number {
  return 2 * of;
}

/** Keeps a thread for so long. */
export function spin({ milliseconds }: { readonly milliseconds: number }): number {
  const end = performance.now() + milliseconds;
  let turns = 0;
  while (performance.now() < end) turns += 1;
  return turns;
}

/** Until another thread writes a number other than 0 there. */
export function waitFor({ gate }: { readonly gate: SharedArrayBuffer }): void {
  Atomics.wait(new Int32Array(gate), 0, 0);
}

export function hoard(): never {
  const kept: number[][] = [];
  for (;;) kept.push(Array.from({ length: 100_000 }, () => Math.random()));
}

export function fail(): never {
  throw new Error("as it should");
}

export function environment(): readonly string[] {
  return Object.keys(process.env);
}

export const file: string = import.meta.url;
