import { type Channel, channels, unreachable } from "../base/index.ts";
import { readEmailAddress } from "./email-address.ts";
import { readPhoneNumber } from "./phone-number.ts";

/**
 * One address as it was read. However somebody spells a mailbox, a number or a device, `key` is the same: it is what is
 * stored, compared and looked up, here and in SQL. `sendTo` is what goes on the wire: it keeps the case of an email's local
 * part, which only its own server may ignore.
 */
export type Address = { readonly sendTo: string; readonly key: string };

const pushTokenPattern = /^[\x21-\x7e]{1,4096}$/;

/**
 * The only place where an address is brought into its one form; null when it is malformed. A number that does not say its
 * country is read with `country`, the default of a channel configuration; where there is none, it is malformed.
 */
export function readAddress(channel: Channel, text: string, country: string | null = null): Address | null {
  switch (channel) {
    case channels.EMAIL:
      return readEmailAddress(text);
    case channels.SMS:
      return alike(readPhoneNumber(text, country));
    case channels.PUSH:
      return alike(readPushToken(text));
    default:
      return unreachable(channel);
  }
}

function readPushToken(text: string): string | null {
  const token = text.trim();
  return pushTokenPattern.test(token) ? token : null;
}

function alike(address: string | null): Address | null {
  return address === null ? null : { sendTo: address, key: address };
}
