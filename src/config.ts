import { existsSync } from "node:fs";
import { z } from "zod";
import { isSafeProvider, type OidcSettings, type Role, roles } from "./access/index.ts";
import type { DoorSettings } from "./api/index.ts";
import { AppError, invalid, urlOf } from "./base/index.ts";
import { type PrivateHostRule, privateHostRules } from "./channels/index.ts";

/** Callers are promised an answer within a minute. */
const answerSecondsMin = 57;

/** Every setting, read once. Rooms receive only the slice that they need. */
const flag = z.enum(["true", "false"]).transform((text) => text === "true");
const whole = (min: number, max: number) => z.coerce.number().int().min(min).max(max);
const listOf = (item: RegExp, example: string) =>
  z.string().refine((text) => splitList(text).every((part) => item.test(part)), `must be a list such as ${example}`);

const rolePattern = new RegExp(`^[^=,]+=(${Object.keys(roles).join("|")})$`);

/** One entry per variable: how it is read, and what it means. The table in docs/configuration.md is printed from this. */
export const variables = {
  HOST: z
    .string()
    .default("127.0.0.1")
    .describe("Address that the server listens on. Use 0.0.0.0 to accept calls from other machines."),
  PORT: whole(0, 65_535).default(4000).describe("Port of GraphQL, GraphiQL, health and every page. 0 takes a free one."),
  WORKER_PORT: whole(0, 65_535)
    .optional()
    .describe("Port on which an `envoi work` process tells its health, at /health/ready. Default: none."),
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
  ENVOI_SECRET_REPLACED: flag
    .default(false)
    .describe(
      "Goes on with another secret than the database was set up with. For one start, when the former is lost: what it sealed can no longer be opened.",
    ),
  ENVOI_ADMIN_KEY: z
    .string()
    .regex(
      /^(none|envoi_[0-9a-f]{12}[47][0-9a-f]{3}[89ab][0-9a-f]{15}_[A-Za-z0-9_-]{43})$/,
      "must be none, or envoi_, a UUID without its hyphens, _ and 43 letters, digits, - or _",
    )
    .optional()
    .describe(
      "The first admin key: its text, envoi_<a UUID without hyphens>_<43 random letters and digits>, or none. Set it where ENVOI_DATA does not outlive a start, as in a container. Default: one is made and kept in ENVOI_DATA/admin.key; a start that finds none there makes another.",
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
      "Connections to PostgreSQL that the API and the engine may each open; nineteen more are kept for accepting, large calls, news, the lease and background jobs.",
    ),
  LOG_LEVEL: z
    .enum(["trace", "debug", "info", "warn", "error", "silent"])
    .default("info")
    .describe("Lines below this level are not written."),
  RECIPIENTS_MAX: whole(1, 50_000).default(50_000).describe("Recipients that one executeCampaign call may carry."),
  ACCEPT_TIMEOUT_SECONDS: whole(1, 600)
    .default(55)
    .describe("An executeCampaign call that cannot commit in this time is rolled back and answers TIMED_OUT."),
  PROOFS_PER_DAY: whole(0, 1_000_000)
    .default(200)
    .describe("Addresses to which one key may send proofs in a day (UTC). 0 sends none."),
  CONSENT_UNKNOWN_IS_CONSENT: flag
    .default(true)
    .describe("Whether a person whose consent is unknown receives MARKETING messages."),
  // Recovery is promised within 60 seconds of a death, and the sweep that does it comes every two seconds.
  LEASE_SECONDS: whole(2, 50)
    .default(20)
    .describe("A worker that gives no sign of life for so long loses its messages to another. At most 50."),
  REPLAY_DAYS: whole(1, 90)
    .default(7)
    .describe("FAILED and UNCERTAIN messages keep, sealed, what they need to be sent again for so many days."),
  RETENTION_MARKETING_DAYS: whole(1, 3650)
    .default(90)
    .describe("So many days after a MARKETING execution has ended, who its recipients were is erased. Totals stay."),
  RETENTION_TRANSACTIONAL_DAYS: whole(1, 3650).default(30).describe("The same for TRANSACTIONAL executions."),
  ALLOWED_ORIGINS: listOf(/^https?:\/\/[^/*\s]+$/, "https://app.example.com,https://admin.example.com")
    .optional()
    .describe(
      "Sites whose pages may call the API from a browser, such as https://app.example.com, with commas between them. Envoi's own pages always may; `*` is not accepted. Default: no other.",
    ),
  TRUSTED_PROXIES: listOf(/^[0-9a-f.:]+(\/\d+)?$|^(loopback|linklocal|uniquelocal)$/i, "10.0.0.0/8,loopback")
    .optional()
    .describe(
      "Addresses or networks of your proxies, or loopback, linklocal, uniquelocal, with commas between them. Only from them X-Forwarded-For is believed. Default: none.",
    ),
  INTROSPECTION: z
    .enum(["authenticated", "off"])
    .default("authenticated")
    .describe(
      "Who may read the schema: every key, or nobody. With off, errors suggest no names either, and GraphiQL cannot complete.",
    ),
  PERSISTED_DOCUMENTS: z
    .string()
    .optional()
    .describe(
      "A persisted query manifest of Apollo's clients, or a folder of .graphql files. With it only these documents run, sent as text or by their id. Default: every document runs.",
    ),
  RATE_LIMIT_COST_PER_SECOND: whole(0, 1_000_000_000)
    .default(1_000_000)
    .describe(
      "Cost that one key may ask for in a second, in each server process. 0 is no bound. See docs/security.md for what costs what.",
    ),
  FAILED_KEYS_PER_MINUTE: whole(0, 1_000_000)
    .default(300)
    .describe(
      "Wrong keys that one address may send in a minute. After that only keys that worked before are let in from there. 0 is no bound.",
    ),
  LARGE_BODY_WAIT_SECONDS: whole(1, 100)
    .default(30)
    .describe("A call with a large body whose turn has not come by then is answered RATE_LIMITED, unread."),
  DOCUMENT_CHARACTERS_MAX: whole(1_000, 1_000_000)
    .default(100_000)
    .describe("Characters in a document. Values belong into variables, which do not count."),
  DOCUMENT_TOKENS_MAX: whole(100, 100_000)
    .default(2_000)
    .describe("Words and signs in a document. Values belong into variables, which do not count."),
  DOCUMENT_DEPTH_MAX: whole(5, 100).default(12).describe("Levels of fields in a document."),
  DOCUMENT_ALIASES_MAX: whole(0, 10_000).default(50).describe("Aliases in a document."),
  DOCUMENT_ROOT_FIELDS_MAX: whole(1, 10_000).default(20).describe("Fields at the top of a document, with or without aliases."),
  DOCUMENT_DIRECTIVES_MAX: whole(1, 100).default(5).describe("Directives at one place of a document."),
  DOCUMENT_COST_MAX: whole(1_000, 100_000_000)
    .default(50_000)
    .describe("Cost of one operation: about one for each field of each row that it may answer."),
  CONNECTIONS_MAX: whole(10, 1_000_000)
    .default(10_000)
    .describe(
      "Open connections, WebSockets included. Further ones are closed at once. Never more than half of the files that the process may open (`ulimit -n`).",
    ),
  CONNECTIONS_PER_ADDRESS_MAX: whole(10, 1_000_000)
    .default(2_500)
    .describe(
      "Of these, those of one IPv4 address or one IPv6 network (/64). Those of TRUSTED_PROXIES do not count; the WebSockets that come through them count for the address that they name.",
    ),
  HEADERS_TIMEOUT_SECONDS: whole(1, 600).default(20).describe("A connection that has not sent its headers by then is closed."),
  REQUEST_TIMEOUT_SECONDS: whole(1, 3600)
    .default(120)
    .describe(
      "A request that has not been received whole by then is closed, and so is one whose answer nobody reads for so long.",
    ),
  KEEP_ALIVE_SECONDS: whole(1, 3600)
    .default(72)
    .describe("An idle connection is closed after so long. Let a proxy close its own before."),
  WEBSOCKETS_PER_KEY_MAX: whole(1, 1_000_000)
    .default(2_000)
    .describe("WebSockets that one key may have open, in each server process."),
  WEBSOCKET_OPERATIONS_MAX: whole(1, 10_000).default(100).describe("Operations at once on one WebSocket."),
  WEBSOCKET_INIT_SECONDS: whole(1, 600).default(10).describe("A WebSocket that has not sent its key by then is closed."),
  KEY_CHECK_SECONDS: whole(1, 3600)
    .default(10)
    .describe(
      "So often the keys and tokens of open WebSockets are looked at again, for those that ran out. A change of a key is told at once.",
    ),
  OIDC_ISSUER: z
    .string()
    .refine(isSafeProvider, "must be an https address (http only of this machine)")
    .optional()
    .describe(
      "Address of an OpenID Connect provider, such as https://login.example.com/realms/main. With it the provider's tokens are accepted beside API keys; OIDC_AUDIENCE is then needed too. Default: none.",
    ),
  OIDC_AUDIENCE: z.string().optional().describe("What a token's `aud` must name: this server, as the provider knows it."),
  OIDC_ROLE_CLAIM: z
    .string()
    .default("roles")
    .describe("The claim that gives roles, a text or a list: its name, or a path such as realm_access.roles."),
  OIDC_ROLE_MAP: listOf(rolePattern, "envoi-admins=ADMIN,marketing=AUTHOR")
    .optional()
    .describe(
      "Which value of the claim gives which role, such as envoi-admins=ADMIN,marketing=AUTHOR. Values that it does not name give none. Default: values are the names of roles.",
    ),
  SMTP_PRIVATE_ADDRESSES: z
    .enum(privateHostRules)
    .default("allow")
    .describe(
      "Whether SMTP servers may have an address of this machine or of a private network, as relays often do. With refuse only public addresses are connected to. Link-local and metadata addresses never are.",
    ),
  HTTP_PRIVATE_ADDRESSES: z
    .enum(privateHostRules)
    .default("refuse")
    .describe(
      "Whether providers that are called over HTTP may have an address of this machine or of a private network. With allow they may, also without encryption (http://), and whoever may save channel configurations can have the server call what is there. Link-local and metadata addresses never are.",
    ),
  SANDBOX_MESSAGES_MAX: whole(1, 10_000_000).default(100_000).describe("Newest messages that the built-in mailbox keeps."),
} as const;

const schema = z.object(variables).refine((read) => (read.OIDC_ISSUER === undefined) === (read.OIDC_AUDIENCE === undefined), {
  path: ["OIDC_AUDIENCE"],
  message: "must be set together with OIDC_ISSUER",
});

function splitList(text: string | undefined): string[] {
  return (text ?? "").split(",").flatMap((part) => part.trim() || []);
}

export type Config = {
  readonly server: {
    readonly host: string;
    readonly port: number;
    readonly publicUrl: string | null;
    readonly workerPort: number | null;
  };
  readonly door: DoorSettings;
  readonly oidc: OidcSettings | null;
  readonly data: {
    readonly folder: string;
    readonly secretHex: string | null;
    readonly isSecretReplaced: boolean;
    /** The text of a key, or `none`; null where one is made and kept in the folder. */
    readonly adminKey: string | null;
  };
  readonly database: { readonly url: string | null; readonly poolMax: number };
  readonly redis: { readonly url: string | null };
  readonly log: { readonly level: string };
  readonly executions: {
    readonly recipientsMax: number;
    readonly acceptTimeoutSeconds: number;
    readonly unknownConsentIsConsent: boolean;
    readonly proofsPerDay: number;
  };
  readonly dispatch: { readonly leaseSeconds: number };
  readonly retention: { readonly replayDays: number; readonly marketingDays: number; readonly transactionalDays: number };
  readonly smtp: { readonly privateHosts: PrivateHostRule };
  readonly http: { readonly privateHosts: PrivateHostRule };
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
    door: doorOf(read),
    oidc: oidcOf(read),
    data: {
      folder: read.ENVOI_DATA,
      secretHex: read.ENVOI_SECRET ?? null,
      isSecretReplaced: read.ENVOI_SECRET_REPLACED,
      adminKey: read.ENVOI_ADMIN_KEY ?? null,
    },
    database: { url: read.DATABASE_URL ?? null, poolMax: read.DATABASE_POOL_MAX },
    redis: { url: read.REDIS_URL ?? null },
    log: { level: read.LOG_LEVEL },
    executions: {
      recipientsMax: read.RECIPIENTS_MAX,
      acceptTimeoutSeconds: read.ACCEPT_TIMEOUT_SECONDS,
      unknownConsentIsConsent: read.CONSENT_UNKNOWN_IS_CONSENT,
      proofsPerDay: read.PROOFS_PER_DAY,
    },
    dispatch: { leaseSeconds: read.LEASE_SECONDS },
    retention: {
      replayDays: read.REPLAY_DAYS,
      marketingDays: read.RETENTION_MARKETING_DAYS,
      transactionalDays: read.RETENTION_TRANSACTIONAL_DAYS,
    },
    smtp: { privateHosts: read.SMTP_PRIVATE_ADDRESSES },
    http: { privateHosts: read.HTTP_PRIVATE_ADDRESSES },
    sandbox: { messagesMax: read.SANDBOX_MESSAGES_MAX },
  });
}

function doorOf(read: z.output<typeof schema>): DoorSettings {
  return {
    allowedOrigins: [read.PUBLIC_URL, ...splitList(read.ALLOWED_ORIGINS)].flatMap((url) => (url ? new URL(url).origin : [])),
    trustedProxies: splitList(read.TRUSTED_PROXIES),
    introspection: read.INTROSPECTION,
    persistedDocuments: read.PERSISTED_DOCUMENTS ?? null,
    costPerSecond: read.RATE_LIMIT_COST_PER_SECOND,
    failedKeysPerMinute: read.FAILED_KEYS_PER_MINUTE,
    // Every call within a minute; one that accepts recipients has its own time, and a moment to say that it is over.
    answerSeconds: Math.max(answerSecondsMin, read.ACCEPT_TIMEOUT_SECONDS + 2),
    largeBodyWaitSeconds: read.LARGE_BODY_WAIT_SECONDS,
    document: {
      charactersMax: read.DOCUMENT_CHARACTERS_MAX,
      tokensMax: read.DOCUMENT_TOKENS_MAX,
      depthMax: read.DOCUMENT_DEPTH_MAX,
      aliasesMax: read.DOCUMENT_ALIASES_MAX,
      rootFieldsMax: read.DOCUMENT_ROOT_FIELDS_MAX,
      directivesMax: read.DOCUMENT_DIRECTIVES_MAX,
      costMax: read.DOCUMENT_COST_MAX,
    },
    connections: {
      max: read.CONNECTIONS_MAX,
      perAddressMax: read.CONNECTIONS_PER_ADDRESS_MAX,
      headersTimeoutSeconds: read.HEADERS_TIMEOUT_SECONDS,
      requestTimeoutSeconds: read.REQUEST_TIMEOUT_SECONDS,
      keepAliveSeconds: read.KEEP_ALIVE_SECONDS,
    },
    websocket: {
      perKeyMax: read.WEBSOCKETS_PER_KEY_MAX,
      operationsMax: read.WEBSOCKET_OPERATIONS_MAX,
      initSeconds: read.WEBSOCKET_INIT_SECONDS,
      keyCheckSeconds: read.KEY_CHECK_SECONDS,
    },
  };
}

function oidcOf(read: z.output<typeof schema>): OidcSettings | null {
  if (read.OIDC_ISSUER === undefined || read.OIDC_AUDIENCE === undefined) return null;
  const pairs = splitList(read.OIDC_ROLE_MAP).map((pair) => pair.split("=") as [string, Role]);
  const map = read.OIDC_ROLE_MAP === undefined ? null : Object.fromEntries(pairs);
  return {
    issuer: read.OIDC_ISSUER,
    audience: read.OIDC_AUDIENCE,
    roles: { claim: read.OIDC_ROLE_CLAIM, map },
    keys: { freshSeconds: 600, cooldownSeconds: 10 },
  };
}

/** Under which address links lead here, before the port is known only if it was given. */
export function publicUrlOf(config: Config): string {
  const { host, port, publicUrl } = config.server;
  return publicUrl ? publicUrl.replace(/\/+$/, "") : urlOf(host, port);
}

export function isConfigFault(error: unknown): boolean {
  return error instanceof AppError && error.code === "INPUT_INVALID";
}
