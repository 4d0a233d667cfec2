import { domainToUnicode } from "node:url";

const nonAscii = /[^\x20-\x7e]/;

/** Whether RFC 6531 is needed to write it. */
export function isInternational(address: string): boolean {
  return nonAscii.test(address);
}

/** Of an address in its one form: where its local part has letters outside ASCII, its domain is written in letters, too. */
export function addressOnWire(address: string): string {
  if (!isInternational(address)) return address;
  const at = address.lastIndexOf("@") + 1;
  return address.slice(0, at) + domainToUnicode(address.slice(at));
}
