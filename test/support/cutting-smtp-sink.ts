import { type ChildProcess, fork } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { type SmtpSink, startSmtpSink } from "./smtp-sink.ts";

export type CuttingOptions = {
  /** The part of all recipients whose first session is cut after the final dot, before the answer. */
  readonly cutShare: number;
  /** Another seed cuts other recipients. */
  readonly seed: string;
  readonly port?: number;
};

/** What came for one recipient, in the order of arrival. */
export type Arrival = { readonly recipient: string; readonly messageIds: readonly string[]; readonly isCut: boolean };

export type CuttingSink = {
  readonly port: number;
  arrivals(): Promise<Arrival[]>;
  stop(): Promise<void>;
};

/** The same recipients in every run: told by the address and the seed alone. */
export function isChosen(recipient: string, { cutShare, seed }: CuttingOptions): boolean {
  const hash = createHash("sha256").update(`${seed}:${recipient}`).digest();
  return hash.readUInt32BE(0) / 2 ** 32 < cutShare;
}

const messageIdOf = (raw: Buffer): string => /^message-id:\s*(\S+)/im.exec(raw.toString("latin1"))?.[1] ?? "";

/** A sink that takes a chosen message and breaks the connection instead of saying so, once for each of them. */
export async function serveCutting(options: CuttingOptions): Promise<{ sink: SmtpSink; arrivals: () => Arrival[] }> {
  const byRecipient = new Map<string, string[]>();
  const sink = await startSmtpSink({
    ...(options.port === undefined ? {} : { port: options.port }),
    onMessage({ recipients: [recipient = ""], raw }) {
      const seen = byRecipient.get(recipient) ?? [];
      byRecipient.set(recipient, [...seen, messageIdOf(raw)]);
      return seen.length === 0 && isChosen(recipient, options) ? "cut" : null;
    },
  });
  const arrivals = (): Arrival[] =>
    [...byRecipient].map(([recipient, messageIds]) => ({ recipient, messageIds, isCut: isChosen(recipient, options) }));
  return { sink, arrivals };
}

/** The sink as a process of its own: workers can be killed, and its work is not theirs. */
export async function startCuttingSink(options: CuttingOptions): Promise<CuttingSink> {
  const child = fork(join(import.meta.dirname, "cutting-smtp-sink-process.ts"), [JSON.stringify(options)], { execArgv: [] });
  const { port } = (await answer(child)) as { port: number };
  return {
    port,
    async arrivals() {
      child.send("arrivals");
      return (await answer(child)) as Arrival[];
    },
    async stop() {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
}

async function answer(child: ChildProcess): Promise<unknown> {
  const ended = new AbortController();
  const gone = once(child, "exit", { signal: ended.signal }).then(([code]) => {
    throw new Error(`the SMTP sink ended with code ${code}`);
  });
  try {
    const [message] = await Promise.race([once(child, "message", { signal: ended.signal }), gone]);
    return message;
  } finally {
    gone.catch(() => undefined);
    ended.abort();
  }
}
