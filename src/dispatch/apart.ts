export type Failed<Item> = { readonly items: readonly Item[]; readonly error: unknown };

/** Of a thousand items with one at fault, ten groups that hold it fail. */
const failuresMax = 32;

/**
 * What is written for several campaigns in one statement waits so long for whoever has a row of one of them locked. Meanwhile it has
 * rows of the others locked, and whoever triggers those waits with it: so it is told apart soon, and then hardly waits.
 */
const lockMilliseconds = { together: 100, halved: 50 };

export const lockWait = (isHalved: boolean): number => (isHalved ? lockMilliseconds.halved : lockMilliseconds.together);

export type ApartOptions<Item> = {
  readonly act: (group: readonly Item[], place: { readonly isHalved: boolean }) => Promise<void>;
  /** After so many failures nothing is halved any more: what is left is tried in the groups that it is in. */
  readonly failuresMax?: number;
};

/**
 * Does something to all items at once. When that fails, to halves, then to their halves, until what fails stands alone: the others
 * do not fail with it. Returns what failed, in groups where too much did. Large groups come before small ones, so that of a
 * large part at fault the rest is done soon.
 */
export async function doApart<Item>(items: readonly Item[], options: ApartOptions<Item>): Promise<Failed<Item>[]> {
  const most = options.failuresMax ?? failuresMax;
  const failed: Failed<Item>[] = [];
  const waiting: (readonly Item[])[] = [items];
  let failures = 0;
  for (let group = waiting.shift(); group; group = waiting.shift()) {
    try {
      await options.act(group, { isHalved: failures > 0 });
    } catch (error) {
      failures += 1;
      const middle = Math.ceil(group.length / 2);
      if (group.length <= 1 || failures > most) failed.push({ items: group, error });
      else waiting.push(group.slice(0, middle), group.slice(middle));
    }
  }
  return failed;
}
