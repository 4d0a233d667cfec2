/** Which lanes have messages for which channel configuration: they share what its provider takes. */
export type Shares = {
  join(configurationId: string, lane: string): void;
  /** The lane has nothing left in hand. */
  leave(lane: string): void;
  /** How many share it. */
  count(configurationId: string): number;
};

export function createShares(): Shares {
  const lanes = new Map<string, Set<string>>();
  return {
    join(configurationId, lane) {
      const present = lanes.get(configurationId);
      if (present) present.add(lane);
      else lanes.set(configurationId, new Set([lane]));
    },
    leave(lane) {
      for (const [configurationId, present] of lanes)
        if (present.delete(lane) && present.size === 0) lanes.delete(configurationId);
    },
    count: (configurationId) => lanes.get(configurationId)?.size ?? 0,
  };
}
