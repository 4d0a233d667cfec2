import { setTimeout as pause } from "node:timers/promises";
import type { EntityManager } from "@mikro-orm/postgresql";
import { z } from "zod";
import { toError } from "../../../base/index.ts";
import { run } from "../../../storage/index.ts";
import { readAddress } from "../../address.ts";
import { withPreheader } from "../../email/email-message.ts";
import type { Outcome } from "../../outcome.ts";
import { insertSandboxMessages, trimSandboxMessages } from "../../sql/sandbox-messages.ts";
import type { OutgoingMessage, Transport } from "../../transport.ts";

/** Trimming looks at the whole mailbox, so it waits for this many new messages. */
const trimEvery = 5000;
const rowsMax = 1000;
/** Of content, in one statement: it is copied several times on its way. */
const charactersMax = 1_000_000;
/** A commit for each of many small hand-overs would cost the machine its rates. */
const gatherMilliseconds = 10;

export type SandboxOptions = {
  readonly em: () => EntityManager;
  readonly messagesMax: number;
  /** The mailbox could not be trimmed; it is tried again later. */
  readonly onFault: (error: unknown) => void;
};

type Waiting = { readonly message: OutgoingMessage; readonly entry: SandboxEntry; readonly settle: (outcome: Outcome) => void };

/**
 * The built-in mailbox: one entry per key, so a repeated hand-over of the same message leaves one. What several lanes
 * hand over within a moment is written together; the instants in it are those of the hand-overs.
 */
export function createSandboxTransport(options: SandboxOptions): Transport {
  const waiting: Waiting[] = [];
  let isWriting = false;
  let sinceTrim = 0;

  const trim = async (added: number): Promise<void> => {
    sinceTrim += added;
    if (sinceTrim < trimEvery) return;
    sinceTrim = 0;
    await run({ em: options.em() }, trimSandboxMessages(options.messagesMax)).catch(options.onFault);
  };

  const write = async (rows: readonly Waiting[]): Promise<void> => {
    try {
      await run({ em: options.em() }, insertSandboxMessages(oncePerKey(rows)));
      await trim(rows.length);
      for (const { message, settle } of rows) settle({ kind: "sent", providerMessageId: `sandbox:${message.key}` });
    } catch (error) {
      for (const { settle } of rows) settle(awayOutcome(toError(error)));
    }
  };

  const writeAll = async (): Promise<void> => {
    isWriting = true;
    await pause(gatherMilliseconds);
    while (waiting.length > 0) await write(waiting.splice(0, rowsOfOneStatement(waiting)));
    isWriting = false;
  };

  return {
    send(messages, handedAt, report) {
      return new Promise((resolve) => {
        let left = messages.length;
        if (left === 0) resolve();
        for (const message of messages) {
          const settle = (outcome: Outcome): void => {
            report(message, outcome);
            left -= 1;
            if (left === 0) resolve();
          };
          waiting.push({ message, entry: toEntry(message, handedAt), settle });
        }
        if (!isWriting) void writeAll();
      });
    },
    stop: async () => undefined,
  };
}

/** From the front, at least one. */
function rowsOfOneStatement(waiting: readonly Waiting[]): number {
  let characters = 0;
  const end = waiting.findIndex(({ entry }, index) => {
    characters += entry.content.length;
    return index > 0 && (index >= rowsMax || characters > charactersMax);
  });
  return end === -1 ? waiting.length : end;
}

const faultSchema = z.object({ code: z.string().optional() });

/** The database is away. Entries are kept by key, so trying again doubles nothing, whether or not this try was committed. */
function awayOutcome(error: Error): Outcome {
  const { code } = faultSchema.parse(error);
  return { kind: "deferred", reason: error.message, isProviderDown: true, ...(code === undefined ? {} : { code }) };
}

export type SandboxEntry = Pick<OutgoingMessage, "key" | "campaignId" | "executionId" | "userId" | "address"> & {
  readonly channel: string;
  /** Under which the address is found, where that is spelled otherwise. */
  readonly addressKey: string | null;
  readonly content: string;
  readonly at: string;
  readonly handOvers: number;
};

/** One statement may not write an entry twice. */
function oncePerKey(rows: readonly Waiting[]): SandboxEntry[] {
  const entries = new Map<string, SandboxEntry>();
  for (const { entry } of rows) {
    const first = entries.get(entry.key);
    entries.set(entry.key, first ? { ...first, handOvers: first.handOvers + 1 } : entry);
  }
  return [...entries.values()];
}

function toEntry(message: OutgoingMessage, handedAt: Date): SandboxEntry {
  const { content } = message;
  const shown = content.channel === "EMAIL" ? { ...content, html: withPreheader(content.html, content.preheader) } : content;
  const key = readAddress(content.channel, message.address)?.key ?? null;
  const addressKey = key === message.address ? null : key;
  return {
    ...message,
    channel: content.channel,
    addressKey,
    content: storableJson(shown),
    at: handedAt.toISOString(),
    handOvers: 1,
  };
}

/** What jsonb cannot hold is shown as the replacement character: one such message must not keep back those beside it. */
function storableJson(content: unknown): string {
  return JSON.stringify(content, (_key, value) =>
    typeof value === "string" ? value.replaceAll("\0", "\ufffd").toWellFormed() : value,
  );
}
