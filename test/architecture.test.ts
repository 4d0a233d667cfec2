import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const source = join(root, "src");

/** A room imports only from rooms above it, and only through their `index.ts`. */
const rooms = [
  "base",
  "threads",
  "storage",
  "access",
  "content",
  "fragments",
  "channels",
  "profiles",
  "campaigns",
  "approvals",
  "executions",
  "dispatch",
  "feedback",
  "reports",
  "audit",
  "api",
  "client",
  "dashboard",
];

/** May import any room; nothing imports them, except one another. */
const topFiles = new Set([
  "main.ts",
  "app.ts",
  "worker-process.ts",
  "process-health.ts",
  "work.ts",
  "engine-thread.ts",
  "engine-part-thread.ts",
  "call-thread.ts",
  "call-thread-entry.ts",
  "call-thread-inside.ts",
  "call-messages.ts",
  "call-work.ts",
  "call-services.ts",
  "transport-dependencies.ts",
  "config.ts",
  "package-info.ts",
  "entities.ts",
]);

/** Where a package may be imported. Anything not named here may be imported anywhere. */
const homes: Readonly<Record<string, RegExp>> = {
  graphql: /^(api\/graphql|dashboard|client)\//,
  "type-graphql": /^api\/graphql\//,
  "graphql-scalars": /^api\/graphql\//,
  "@apollo/server": /^api\/graphql\//,
  "@as-integrations/fastify": /^api\//,
  fastify: /^api\//,
  "graphql-query-complexity": /^api\/graphql\//,
  "@escape.tech/graphql-armor-max-aliases": /^api\/graphql\//,
  "@escape.tech/graphql-armor-max-depth": /^api\/graphql\//,
  "rate-limiter-flexible": /^api\//,
  "zod-openapi": /^api\/rest\//,
  "graphql-ws": /^(api\/graphql|dashboard)\//,
  dataloader: /^api\/graphql\//,
  ws: /^api\/graphql\//,
  kysely: /^(storage\/|[a-z]+\/sql\/)/,
  pg: /^(storage\/|dispatch\/worker-lease\.ts)/,
  "pg-boss": /^storage\//,
  nodemailer: /^channels\/(providers\/smtp|email)\//,
  undici: /^channels\/http\//,
  bottleneck: /^dispatch\//,
  ioredis: /^dispatch\//,
  eta: /^content\//,
  "html-to-text": /^content\//,
  htmlparser2: /^content\//,
  mjml: /^content\//,
  "color-name": /^content\//,
  piscina: /^threads\//,
  ajv: /^content\//,
  luxon: /^(content|campaigns)\//,
  re2js: /^content\//,
  jose: /^(access\/oidc|channels\/providers\/fcm)\//,
  "country-to-currency": /^content\//,
  react: /^dashboard\//,
  "reflect-metadata": /^(main|call-thread-inside)\.ts$/,
};

type Import = { readonly file: string; readonly from: string };

function listFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !entry.name.endsWith(".d.ts"))
    .map((entry) => relative(source, join(entry.parentPath, entry.name)));
}

const importStatement = /(?:^|\n)\s*(?:import|export)\s(?:[^'"`;]*?\sfrom\s)?["']([^"']+)["']|import\(\s*["']([^"']+)["']/g;

function importsOf(file: string, text: string): Import[] {
  return [...text.matchAll(importStatement)].map((match) => ({ file, from: match[1] ?? match[2] ?? "" }));
}

const roomOf = (path: string): string => path.split("/")[0] ?? "";
const packageOf = (from: string): string =>
  from
    .split("/")
    .slice(0, from.startsWith("@") ? 2 : 1)
    .join("/");

/** Null when the import is in order, otherwise the sentence that says what is wrong. */
function faultOf(found: Import): string | null {
  if (!found.from.startsWith(".")) return packageFault(found);
  const target = normalize(join(dirname(found.file), found.from));
  if (target.startsWith("../migrations/")) return found.file.startsWith("storage/") ? null : `${found.file} imports a migration`;
  return topFiles.has(target) || topFiles.has(found.file) ? topFault(found.file, target) : roomFault(found.file, target);
}

function packageFault({ file, from }: Import): string | null {
  const home = homes[packageOf(from)];
  return home && !home.test(file) ? `${file} imports ${from}, whose home is ${home}` : null;
}

function topFault(file: string, target: string): string | null {
  if (topFiles.has(target)) return topFiles.has(file) ? null : `${file} imports ${target}, which stands above every room`;
  return target.endsWith("/index.ts") ? null : `${file} imports ${target} past the door of its room`;
}

function roomFault(file: string, target: string): string | null {
  const [own, other] = [roomOf(file), roomOf(target)];
  if (own === other) return null;
  if (!rooms.includes(own) || !rooms.includes(other)) return `${file} or ${target} is in no room`;
  if (rooms.indexOf(other) > rooms.indexOf(own)) return `${file} imports ${target}: ${other} stands below ${own}`;
  return target === `${other}/index.ts` ? null : `${file} imports ${target} past the door of its room`;
}

const files = listFiles(source);
const imports = files.flatMap((file) => importsOf(file, readFileSync(join(source, file), "utf8")));

test("every import points upwards, through a door, and every package stays at home", () => {
  expect(imports.length).toBeGreaterThan(300);
  expect(imports.map(faultOf).filter((fault) => fault !== null)).toEqual([]);
});

test("a planted fault of each sort is caught", () => {
  const planted = `
    import { createDispatcher } from "../dispatch/index.ts";
    export { Lane } from "../dispatch/lane.ts";
    import { sql } from "kysely";
    const later = await import("eta/core");`;
  const faults = importsOf("campaigns/planted.ts", planted).map(faultOf);
  expect(faults).toHaveLength(4);
  expect(faults.every((fault) => fault !== null)).toBe(true);
  expect(faultOf({ file: "dispatch/planted.ts", from: "../campaigns/status.ts" })).toContain("past the door");
  expect(faultOf({ file: "base/planted.ts", from: "../config.ts" })).toContain("above every room");
});

test("every room has a door with a comment that says what the room is for", () => {
  for (const room of rooms.filter((name) => name !== "dashboard" && name !== "client"))
    expect(readFileSync(join(source, room, "index.ts"), "utf8"), room).toMatch(/^\/\*\*\n( \*.*\n){2,10} \*\/\n/);
});

test("the environment is read in one place, and no room throws a bare Error", () => {
  for (const file of files.filter((name) => !name.startsWith("dashboard/"))) {
    const text = readFileSync(join(source, file), "utf8");
    if (file !== "config.ts") expect(text, file).not.toMatch(/process\.env/);
    expect(text, file).not.toMatch(/throw new (Error|TypeError|RangeError)\(/);
  }
});

/** Where an instant of this machine does no harm, and what it is. */
const ownInstants = new Map([
  ["dispatch/shared-limits.ts", "since when Redis is away, for whoever reads the log"],
  ["executions/render-sample.ts", "the date that a preview prints"],
  ["executions/control/set-delivery-rate.ts", "when the campaign was changed last"],
]);
const ownInstant = /Date\.now\(\)|new Date\(\)|\b(ctx|tx)\.clock\b|\bsystemClock\b/;
const comparedInstant = /[<>]=?\s*\w+\.clock\.now\(\)|\.clock\.now\(\)(\.getTime\(\))?\s*[<>]/;

test("campaigns and messages are judged by PostgreSQL's clock; a machine's own serves for durations, as performance.now()", () => {
  const textOf = (file: string) => readFileSync(join(source, file), "utf8");
  const judging = files.filter((file) => /^(dispatch|executions)\//.test(file));
  expect(judging.filter((file) => ownInstant.test(textOf(file))).sort()).toEqual([...ownInstants.keys()].sort());
  for (const file of [...judging, ...files.filter((name) => name.startsWith("campaigns/"))])
    expect(textOf(file), file).not.toMatch(comparedInstant);
});

test("a planted instant of the machine is caught", () => {
  for (const planted of ["if (Date.now() > at)", "finishedAt = tx.clock.now();", "new Date()"])
    expect(planted).toMatch(ownInstant);
  for (const planted of ["opensAt > ctx.clock.now()", "tx.clock.now().getTime() >= at"]) expect(planted).toMatch(comparedInstant);
  for (const harmless of ["performance.now()", "new Date(text)", "this.#clock.now()"]) expect(harmless).not.toMatch(ownInstant);
});

test("raw SQL stays in the folders named sql, and in storage", () => {
  for (const { file, from } of imports)
    if (from === "kysely" && !file.startsWith("storage/")) expect(file).toMatch(/^[a-z]+\/sql\/[a-z-]+\.ts$/);
});

test("names say what they mean: no landfill rooms, kebab-case files", () => {
  for (const file of files) {
    expect(file).not.toMatch(/(^|\/)(utils|helpers|common|lib|services|managers)(\/|\.)/);
    expect(file).toMatch(/^([a-z0-9]+(-[a-z0-9]+)*\/)*[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)*\.tsx?$/);
  }
});
