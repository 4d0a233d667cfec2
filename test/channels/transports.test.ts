import { Client } from "pg";
import PostalMime from "postal-mime";
import { test as check, expect } from "vitest";
import { createLog } from "../../src/base/index.ts";
import type { ChannelConfiguration } from "../../src/channels/index.ts";
import { createTransport } from "../../src/channels/index.ts";
import { entities } from "../../src/entities.ts";
import { createSealer, openDatabase } from "../../src/storage/index.ts";
import { anOutgoingMessage, describeTransport } from "../support/describe-transport.ts";
import { startSmtpSink } from "../support/smtp-sink.ts";
import { createTestDatabase } from "../support/test-database.ts";

const sealer = createSealer(Buffer.alloc(32, 7));

function aConfiguration(fields: Partial<ChannelConfiguration>): ChannelConfiguration {
  const now = new Date();
  return {
    id: "0190a000-0000-7000-8000-000000000000",
    name: "Under test",
    channel: "EMAIL",
    provider: "sandbox",
    category: null,
    active: true,
    quotaPerSecond: null,
    concurrency: 10,
    retryPeriodSeconds: 600,
    settings: {},
    sealedSecrets: null,
    createdAt: now,
    updatedAt: now,
    ...fields,
  } as ChannelConfiguration;
}

describeTransport("sandbox", async () => {
  const test = await createTestDatabase();
  const database = await openDatabase({ url: test.url, poolMax: 4, entities, log: createLog("silent") });
  const looking = new Client({ connectionString: test.url });
  await looking.connect();
  const em = () => database.orm.em.fork();
  return {
    transport: createTransport(aConfiguration({}), {
      em,
      sealer,
      sandboxMessagesMax: 1000,
      privateHosts: "allow",
      privateHttpHosts: "allow",
      log: createLog("silent"),
    }),
    arrived: async () => (await looking.query<{ key: string }>("select key from sandbox_message")).rows.map((row) => row.key),
    breakDown: async () => {
      await looking.query("alter table sandbox_message rename to gone");
    },
    stop: async () => {
      await looking.end();
      await database.close();
      await test.drop();
    },
    isIdempotent: true,
  };
});

describeTransport("smtp", async () => {
  const sink = await startSmtpSink();
  const smtp = {
    host: "127.0.0.1",
    port: sink.port,
    security: "NONE",
    verifyCertificate: true,
    caCertificate: null,
    username: null,
    fromName: null,
    fromAddress: "shop@sender.example",
    replyToAddress: null,
  } as const;
  const em = (): never => {
    throw new Error("SMTP needs no database");
  };
  const transport = createTransport(aConfiguration({ provider: "smtp", settings: { smtp } }), {
    em,
    sealer,
    sandboxMessagesMax: 1,
    privateHosts: "allow",
    privateHttpHosts: "allow",
    log: createLog("silent"),
  });
  return {
    transport,
    arrived: async () => {
      const parsed = await Promise.all(sink.deliveries.map(({ raw }) => PostalMime.parse(raw)));
      return parsed.map(({ messageId }) => /^<(.+)@sender\.example>$/.exec(messageId ?? "")?.[1] ?? "");
    },
    breakDown: () => sink.stop(),
    stop: () => transport.stop(),
    isIdempotent: false,
  };
});

check("the mailbox counts what it was handed again under one key, at once or later", async () => {
  const own = await createTestDatabase();
  const database = await openDatabase({ url: own.url, poolMax: 2, entities, log: createLog("silent") });
  const options = {
    em: () => database.orm.em.fork(),
    sealer,
    sandboxMessagesMax: 100,
    privateHosts: "allow" as const,
    privateHttpHosts: "allow" as const,
    log: createLog("silent"),
  };
  const transport = createTransport(aConfiguration({}), options);
  const [twice, once] = [anOutgoingMessage(), anOutgoingMessage()];
  await transport.send([twice, once, twice], new Date(), () => undefined);
  await transport.send([twice], new Date(), () => undefined);
  const rows = await database.orm.em.getConnection().execute("select key, hand_overs from sandbox_message order by hand_overs");
  expect(rows).toEqual([
    { key: once.key, hand_overs: 1 },
    { key: twice.key, hand_overs: 3 },
  ]);
  await transport.stop();
  await database.close();
  await own.drop();
});

check("the mailbox keeps the newest messages, and is trimmed after every 5,000 new ones [D48]", async () => {
  const own = await createTestDatabase();
  const database = await openDatabase({ url: own.url, poolMax: 2, entities, log: createLog("silent") });
  const looking = new Client({ connectionString: own.url });
  await looking.connect();
  const kept = async () => (await looking.query<{ key: string }>("select key from sandbox_message order by id")).rows;
  const options = {
    em: () => database.orm.em.fork(),
    sealer,
    sandboxMessagesMax: 100,
    privateHosts: "allow" as const,
    privateHttpHosts: "allow" as const,
    log: createLog("silent"),
  };
  const transport = createTransport(aConfiguration({}), options);
  const batches = Array.from({ length: 10 }, () => Array.from({ length: 500 }, () => anOutgoingMessage()));
  for (const [index, batch] of batches.entries()) {
    await transport.send(batch, new Date(), () => undefined);
    expect(await kept()).toHaveLength(index < 9 ? (index + 1) * 500 : 100);
  }
  expect((await kept()).map(({ key }) => key)).toEqual((batches[9] ?? []).slice(-100).map(({ key }) => key));
  await looking.end();
  await database.close();
  await own.drop();
});
