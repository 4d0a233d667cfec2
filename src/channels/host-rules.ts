import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

/** `allow` fits relays on this machine and in its network, which many are. */
export const privateHostRules = { allow: "allow", refuse: "refuse" } as const;
export type PrivateHostRule = keyof typeof privateHostRules;

/** Where clouds tell a machine its own secrets, beside the link-local 169.254.169.254. No mail server has these addresses. */
const metadataAddresses = new Set(["fd00:ec2::254", "100.100.100.200", "168.63.129.16", "192.0.0.192"]);

/** Whether an address is link-local or of a cloud's metadata: never connected to, however the server is set. Pure. */
export function isNeverConnected(address: string): boolean {
  return [...formsOf(address)].some((form) => form.range() === "linkLocal" || metadataAddresses.has(form.toString()));
}

/** Whether an address is anything but one of the public internet: of this machine, a private network, a group, a tunnel. Pure. */
export function isPrivateAddress(address: string): boolean {
  return [...formsOf(address)].some((form) => form.range() !== "unicast");
}

/** Null when it may be connected to, else why not. Pure. */
export function refusalOf(address: string, rule: PrivateHostRule, variable = "SMTP_PRIVATE_ADDRESSES"): string | null {
  if (isNeverConnected(address)) return "It is a link-local or metadata address, which is never connected to.";
  return rule === "refuse" && isPrivateAddress(address) ? `It is a private address, and ${variable} is refuse.` : null;
}

/** The address, and those of IPv4 that it carries: mapped, translated (RFC 6052) or tunnelled (6to4), each leads there. */
function* formsOf(text: string): Generator<ipaddr.IPv4 | ipaddr.IPv6> {
  const address = ipaddr.process(text.replace(/%.*$/, ""));
  yield address;
  if (address.kind() !== "ipv6") return;
  const octets = address.toByteArray();
  if (address.range() === "rfc6052") yield ipaddr.fromByteArray(octets.slice(12));
  if (address.range() === "6to4") yield ipaddr.fromByteArray(octets.slice(2, 6));
}

/** Null for a name: it is judged by the addresses that it leads to, when it is connected to. */
export function literalAddress(host: string): string | null {
  const bare = host.replace(/^\[(.*)\]$/, "$1");
  return isIP(bare) === 0 ? null : bare;
}
