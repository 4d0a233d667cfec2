import type { Outcome } from "./outcome.ts";
import type { OutgoingMessage, Transport } from "./transport.ts";

/** For providers that take one message a call: all of a hand-over at once, each reported as soon as it is known. */
export function sendEach(sendOne: (message: OutgoingMessage, handedAt: Date) => Promise<Outcome>): Transport["send"] {
  return async (messages, handedAt, report) => {
    await Promise.all(messages.map(async (message) => report(message, await sendOne(message, handedAt))));
  };
}
