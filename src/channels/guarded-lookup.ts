import { type LookupAddress, type LookupOptions, lookup } from "node:dns";
import type { LookupFunction } from "node:net";

/** Null when an address may be connected to, else why not. */
export type AddressRule = (address: string) => string | null;

/**
 * Looks a name up and applies the rule to what it leads to, each time it is connected to: a name that led elsewhere when it was
 * saved, or a moment ago, gains nothing. A name with one address that may not be connected to is refused whole, for which of
 * them is taken is left to chance.
 */
export function guardedLookup(refusalOf: AddressRule): LookupFunction {
  return (hostname: string, options: LookupOptions, done) =>
    lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      if (error) return done(error, "", 0);
      const refusal = addresses.map(({ address }) => refusalOf(address)).find((found) => found !== null);
      const [first] = addresses;
      if (refusal) return done(hostRefused(refusal), "", 0);
      return options.all ? done(null, addresses) : done(null, first?.address ?? "", first?.family ?? 0);
    });
}

export function hostRefused(why: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`The server's address is refused. ${why}`), { code: "EHOSTREFUSED" });
}
