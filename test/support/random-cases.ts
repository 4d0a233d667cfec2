/**
 * How many cases a test tries that makes them up, and from which seed: the whole run has one, which is printed at its start.
 * Set by vitest.config.ts; `npm run test:long` asks for 20,000, and SEED repeats a run.
 */
export const cases = { numRuns: Number(process.env.CASES), seed: Number(process.env.SEED) } as const;

/** Of tests that make up their cases: so `npm run test:long` finds them, and gives them the time. */
export const random = { tags: ["random"] };
