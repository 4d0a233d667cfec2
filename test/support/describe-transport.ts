import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createId } from "../../src/base/index.ts";
import type { Outcome, OutgoingMessage, Transport } from "../../src/channels/index.ts";

export type TransportUnderTest = {
  readonly transport: Transport;
  /** Keys that arrived at the far end, one entry for each message that is there. */
  readonly arrived: () => Promise<string[]>;
  /** Makes the far end unreachable, for good. */
  readonly breakDown: () => Promise<void>;
  readonly stop: () => Promise<void>;
  /** Whether the far end knows a repeated key. */
  readonly isIdempotent: boolean;
};

export function anOutgoingMessage(changes: Partial<OutgoingMessage> = {}): OutgoingMessage {
  const key = createId();
  return {
    key,
    campaignId: createId(),
    executionId: createId(),
    userId: `user-${key}`,
    address: `user-${key}@example.com`,
    content: { channel: "EMAIL", subject: `Subject ${key}`, html: `<p>${key}</p>`, text: key, preheader: null },
    ...changes,
  };
}

/** What every transport promises to the engine. */
export function describeTransport(name: string, open: () => Promise<TransportUnderTest>): void {
  describe(`the transport ${name}`, () => {
    let under: TransportUnderTest;
    beforeAll(async () => {
      under = await open();
    });
    afterAll(() => under.stop());

    const send = async (messages: readonly OutgoingMessage[]): Promise<Map<string, Outcome[]>> => {
      const reported = new Map<string, Outcome[]>(messages.map((message) => [message.key, []]));
      await under.transport.send(messages, new Date(), (message, outcome) => reported.get(message.key)?.push(outcome));
      return reported;
    };

    test("reports every message exactly once, and has delivered what it reports as sent", async () => {
      const messages = Array.from({ length: 50 }, () => anOutgoingMessage());
      const reported = await send(messages);
      for (const outcomes of reported.values()) expect(outcomes).toMatchObject([{ kind: "sent" }]);
      const arrived = await under.arrived();
      for (const { key } of messages) expect(arrived.filter((found) => found === key)).toHaveLength(1);
    });

    test("sends nothing when given nothing", async () => {
      expect((await send([])).size).toBe(0);
    });

    test("carries any text that a recipient's data may hold, without harm to the messages beside it", async () => {
      const odd = ["\0", "\ud800", "\udfff", "\u2028", "👩‍👩‍👧", "\r\n.\r\n", "a".repeat(100_000)].map((text) => {
        const message = anOutgoingMessage();
        return { ...message, content: { ...message.content, html: `<p>${text}</p>`, text } } as OutgoingMessage;
      });
      const reported = await send([...odd, anOutgoingMessage()]);
      for (const outcomes of reported.values()) expect(outcomes).toMatchObject([{ kind: "sent" }]);
    });

    test("a repeated key is sent again under the same key, and is kept once where the far end knows keys", async () => {
      const message = anOutgoingMessage();
      await send([message]);
      const reported = await send([message]);
      expect(reported.get(message.key)).toMatchObject([{ kind: "sent" }]);
      const copies = (await under.arrived()).filter((key) => key === message.key);
      expect(copies).toHaveLength(under.isIdempotent ? 1 : 2);
    });

    test("reports, and does not throw, when the far end is gone, and says that it is no message's fault [D19]", async () => {
      await under.breakDown();
      const reported = await send([anOutgoingMessage(), anOutgoingMessage()]);
      for (const outcomes of reported.values())
        expect(outcomes).toEqual([
          { kind: "deferred", reason: expect.any(String), code: expect.any(String), isProviderDown: true },
        ]);
    });
  });
}
