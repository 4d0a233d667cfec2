/** How deep JSON that is stored and read by templates may be nested: each level costs stack here and in PostgreSQL. */
export const nestingMax = 100;

/** Stops at `levels`, so it can look at anything. */
export function isNestedDeeper(value: unknown, levels: number = nestingMax): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((item) => isNestedDeeper(item, levels - 1));
}
