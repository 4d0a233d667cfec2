import type { OtherLease } from "./sql/select-leases.ts";

export type LeaseVerdicts = {
  /** They renewed their lease a moment ago, whatever the database's clock says of it. */
  readonly renewedIds: readonly string[];
  /** They did not renew theirs for longer than any lease lasts, whatever the database's clock says. */
  readonly silentIds: readonly string[];
};

export type LeaseWatch = { observe(leases: readonly OtherLease[]): LeaseVerdicts };

/** The longest that LEASE_SECONDS allows. */
const leaseSecondsMax = 50;

type Seen = { leaseUntil: string; changedAt: number; renewedAt: number };

/**
 * Watches whether other workers renew their leases, on this process's monotonic clock. The database's clock may be set: forward, and every
 * lease has lapsed at once; back, and that of a dead worker lasts for an hour.
 */
export function createLeaseWatch({ leaseSeconds }: { readonly leaseSeconds: number }): LeaseWatch {
  const seen = new Map<string, Seen>();

  const look = ({ id, leaseUntil, isAhead }: OtherLease, now: number): void => {
    const known = seen.get(id);
    if (!known) seen.set(id, { leaseUntil, changedAt: now, renewedAt: isAhead ? now : Number.NEGATIVE_INFINITY });
    else if (known.leaseUntil !== leaseUntil) Object.assign(known, { leaseUntil, changedAt: now, renewedAt: now });
  };

  return {
    observe(leases) {
      const now = performance.now();
      for (const lease of leases) look(lease, now);
      const present = new Set(leases.map(({ id }) => id));
      for (const id of seen.keys()) if (!present.has(id)) seen.delete(id);
      const idsOf = (isMeant: (known: Seen) => boolean): string[] =>
        [...seen].flatMap(([id, known]) => (isMeant(known) ? [id] : []));
      return {
        renewedIds: idsOf(({ renewedAt }) => now - renewedAt < leaseSeconds * 1000),
        silentIds: idsOf(({ changedAt }) => now - changedAt > leaseSecondsMax * 1000),
      };
    },
  };
}
