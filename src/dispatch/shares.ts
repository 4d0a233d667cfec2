/** Which lanes have messages for which channel configuration: they share what its provider takes. */
export type Shares = {
  join(configurationId: string, lane: string, isUrgent: boolean): void;
  /** The lane has nothing left in hand. */
  leave(lane: string): void;
  /** How many share it. */
  count(configurationId: string): number;
  /** Up to `max` of the urgent ones and as many others, whose turn it is: each comes again when all others have come. */
  takeTurns(configurationId: string, max: number): string[];
};

type Sharing = { readonly urgent: Set<string>; readonly ordinary: Set<string> };

export function createShares(): Shares {
  const lanes = new Map<string, Sharing>();

  const sizeOf = ({ urgent, ordinary }: Sharing): number => urgent.size + ordinary.size;

  return {
    join(configurationId, lane, isUrgent) {
      const present = lanes.get(configurationId) ?? { urgent: new Set(), ordinary: new Set() };
      lanes.set(configurationId, present);
      (isUrgent ? present.urgent : present.ordinary).add(lane);
    },
    leave(lane) {
      for (const [configurationId, present] of lanes) {
        const isLeft = present.urgent.delete(lane) || present.ordinary.delete(lane);
        if (isLeft && sizeOf(present) === 0) lanes.delete(configurationId);
      }
    },
    count(configurationId) {
      const present = lanes.get(configurationId);
      return present ? sizeOf(present) : 0;
    },
    takeTurns(configurationId, max) {
      const present = lanes.get(configurationId);
      return present ? [...rotate(present.urgent, max), ...rotate(present.ordinary, max)] : [];
    },
  };
}

/** The first of a set, which go to its end. */
function rotate(set: Set<string>, max: number): string[] {
  const first: string[] = [];
  for (const item of set) {
    if (first.length === max) break;
    first.push(item);
  }
  for (const item of first) {
    set.delete(item);
    set.add(item);
  }
  return first;
}
