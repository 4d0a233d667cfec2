import { existsSync } from "node:fs";
import { z } from "zod";
import { AppError, invalid, urlOf } from "./base/index.ts";

/** Every setting, read once. Rooms receive only the slice that they need. */
const flag = z.enum(["true", "false"]).transform((text) => text === "true");
const whole = (min: number, max: number) => z.coerce.number().int().min(min).max(max);

/** One entry per variable: how it is read, and what it means. The table in docs/configuration.md is printed from this. */
export const variables = {
  HOST: z
    .string()
    .default("127.0.0.1")
    .describe("Address that the server listens on. Use 0.0.0.0 to accept calls from other machines."),
  PORT: whole(0, 65_535).default(4000).describe("Port of GraphQL, GraphiQL, health and every page. 0 takes a free one."),
  WORKER_PORT: whole(0, 65_535)
    .optional()
    .describe("Port on which an `envoi work` process tells its health, at /health. Default: none."),
  PUBLIC_URL: z
    .url()
    .optional()
    .describe("Address under which recipients and callers reach this server; used in links. Default: http://HOST:PORT."),
  ENVOI_DATA: z.string().default(".envoi").describe("Folder of the embedded database, the admin key and the server's secret."),
  ENVOI_SECRET: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional()
    .describe(
      "32 bytes in hexadecimal that seal provider secrets and sign links. Default: made on first start and kept in ENVOI_DATA/secret.key. Every process on one database needs the same.",
    ),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//)
    .optional()
    .describe(
      "An existing PostgreSQL, 15 or newer, such as postgresql://user:password@host:5432/envoi. Default: an embedded one in ENVOI_DATA.",
    ),
  REDIS_URL: z
    .string()
    .regex(/^rediss?:\/\//)
    .optional()
    .describe(
      "A Redis, such as redis://:password@host:6379. With it any number of workers send for one database and keep the rates together. Without it one worker sends, and a second refuses to start.",
    ),
  DATABASE_POOL_MAX: whole(4, 200)
    .default(20)
    .describe(
      "Connections to PostgreSQL that the API and the engine may each open; nine more are kept for accepting, news, the lease and background jobs.",
    ),
  LOG_LEVEL: z
    .enum(["trace", "debug", "info", "warn", "error", "silent"])
    .default("info")
    .describe("Lines below this level are not written."),
  RECIPIENTS_MAX: whole(1, 50_000).default(50_000).describe("Recipients that one executeCampaign call may carry."),
  ACCEPT_TIMEOUT_SECONDS: whole(1, 600)
    .default(55)
    .describe("An executeCampaign call that cannot commit in this time is rolled back and answers TIMED_OUT."),
  CONSENT_UNKNOWN_IS_CONSENT: flag
    .default(true)
    .describe("Whether a person whose consent is unknown receives MARKETING messages."),
  LEASE_SECONDS: whole(2, 60)
    .default(20)
    .describe("A worker that gives no sign of life for so long loses its messages to another."),
  REPLAY_DAYS: whole(1, 90)
    .default(7)
    .describe("FAILED and UNCERTAIN messages keep, sealed, what they need to be sent again for so many days."),
  RETENTION_MARKETING_DAYS: whole(1, 3650)
    .default(90)
    .describe("So many days after a MARKETING execution has ended, who its recipients were is erased. Totals stay."),
  RETENTION_TRANSACTIONAL_DAYS: whole(1, 3650).default(30).describe("The same for TRANSACTIONAL executions."),
  SANDBOX_MESSAGES_MAX: whole(1, 10_000_000).default(100_000).describe("Newest messages that the built-in mailbox keeps."),
} as const;

const schema = z.object(variables);

export type Config = {
  readonly server: {
    readonly host: string;
    readonly port: number;
    readonly publicUrl: string | null;
    readonly workerPort: number | null;
  };
  readonly data: { readonly folder: string; readonly secretHex: string | null };
  readonly database: { readonly url: string | null; readonly poolMax: number };
  readonly redis: { readonly url: string | null };
  readonly log: { readonly level: string };
  readonly executions: {
    readonly recipientsMax: number;
    readonly acceptTimeoutSeconds: number;
    readonly unknownConsentIsConsent: boolean;
  };
  readonly dispatch: { readonly leaseSeconds: number };
  readonly retention: { readonly replayDays: number; readonly marketingDays: number; readonly transactionalDays: number };
  readonly sandbox: { readonly messagesMax: number };
};

function readVariables(environment: Readonly<Record<string, string | undefined>>): z.output<typeof schema> {
  const given = Object.fromEntries(Object.entries(environment).filter(([name, value]) => name in variables && value !== ""));
  const read = schema.safeParse(given);
  if (read.success) return read.data;
  const faults = read.error.issues.map((issue) => `  ${String(issue.path[0])}: ${issue.message}`);
  throw invalid(
    "INPUT_INVALID",
    `The environment has variables that cannot be used:\n${faults.join("\n")}\nSee docs/configuration.md.`,
  );
}

/** Takes variables from `.env` in the present folder, if there is one; those already set win. */
export function loadEnvironmentFile(): void {
  if (existsSync(".env")) process.loadEnvFile(".env");
}

/** Reads the environment; throws one `AppError` that names every fault. An empty variable counts as absent. */
export function readConfig(environment: Readonly<Record<string, string | undefined>> = process.env): Config {
  const read = readVariables(environment);
  return Object.freeze({
    server: { host: read.HOST, port: read.PORT, publicUrl: read.PUBLIC_URL ?? null, workerPort: read.WORKER_PORT ?? null },
    data: { folder: read.ENVOI_DATA, secretHex: read.ENVOI_SECRET ?? null },
    database: { url: read.DATABASE_URL ?? null, poolMax: read.DATABASE_POOL_MAX },
    redis: { url: read.REDIS_URL ?? null },
    log: { level: read.LOG_LEVEL },
    executions: {
      recipientsMax: read.RECIPIENTS_MAX,
      acceptTimeoutSeconds: read.ACCEPT_TIMEOUT_SECONDS,
      unknownConsentIsConsent: read.CONSENT_UNKNOWN_IS_CONSENT,
    },
    dispatch: { leaseSeconds: read.LEASE_SECONDS },
    retention: {
      replayDays: read.REPLAY_DAYS,
      marketingDays: read.RETENTION_MARKETING_DAYS,
      transactionalDays: read.RETENTION_TRANSACTIONAL_DAYS,
    },
    sandbox: { messagesMax: read.SANDBOX_MESSAGES_MAX },
  });
}

/** Under which address links lead here, before the port is known only if it was given. */
export function publicUrlOf(config: Config): string {
  const { host, port, publicUrl } = config.server;
  return publicUrl ? publicUrl.replace(/\/+$/, "") : urlOf(host, port);
}

export function isConfigFault(error: unknown): boolean {
  return error instanceof AppError && error.code === "INPUT_INVALID";
}
