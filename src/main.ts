import "reflect-metadata";
import { Command } from "commander";
import { toError } from "./base/index.ts";
import { type Config, isConfigFault, loadEnvironmentFile, readConfig } from "./config.ts";
import { isAtLeast, readPackageInfo } from "./package-info.ts";

type Running = { readonly text: string; stop(): Promise<void> };
type Start = (config: Config) => Promise<Running>;

const commands: Readonly<Record<string, { readonly help: string; readonly start: Start }>> = {
  up: {
    help: "the whole server: API, pages and engine, on the embedded PostgreSQL unless DATABASE_URL names another",
    start: (config) => serve(config, true),
  },
  serve: {
    help: "API and pages without an engine; needs DATABASE_URL, and a worker to send what it accepts",
    start: (config) => serve(config, false),
  },
  work: { help: "an engine without API; needs DATABASE_URL, and REDIS_URL where there are several", start: work },
};

/** Each command loads what it needs: a worker without the API takes 40 MB less. */
async function serve(config: Config, sends: boolean): Promise<Running> {
  const { startApp } = await import("./app.ts");
  const app = await startApp(config, { sends });
  const places = {
    GraphQL: `${app.url}/graphql`,
    GraphiQL: `${app.url}/graphiql`,
    ...(app.adminKeyFile ? { "Admin key": app.adminKeyFile } : {}),
    ...(app.databaseFolder ? { Database: app.databaseFolder } : {}),
  };
  return { text: describe("Envoi is running.", places), stop: () => app.stop() };
}

async function work(config: Config): Promise<Running> {
  const { startWorkerProcess } = await import("./worker-process.ts");
  const worker = await startWorkerProcess(config);
  return {
    text: describe("A worker is running.", worker.healthUrl ? { Health: `${worker.healthUrl}/health/ready` } : {}),
    stop: worker.stop,
  };
}

function describe(heading: string, places: Readonly<Record<string, string>>): string {
  const lines = Object.entries(places).map(([label, place]) => `    ${label.padEnd(10)} ${place}\n`);
  return `\n  ${heading}\n\n${lines.join("")}\n  Ctrl-C stops it.\n\n`;
}

/** Whoever read our output may be gone: the stop must end in order all the same. */
function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
}

/** Stops once, whatever the number of signals; one that comes during the start waits for its end, so nothing is left behind. */
function stopOnSignal(starting: Promise<Running>): void {
  let isStopping = false;
  const stop = (): void => {
    if (isStopping) return;
    isStopping = true;
    process.stderr.write("  Stopping: what is being sent is finished first.\n");
    starting
      .then((running) => running.stop())
      .then(() => process.exit(0))
      .catch(fail);
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  // The terminal was closed.
  process.on("SIGHUP", stop);
}

/** What is said to people goes to standard error: standard output has the log, line by line. */
async function run(start: Start): Promise<void> {
  outliveReaders();
  loadEnvironmentFile();
  const starting = start(readConfig());
  stopOnSignal(starting);
  process.stderr.write((await starting).text);
}

/** Without this, an older Node.js starts a server that fails at every message. */
function requireFittingNode(needed: string): void {
  if (isAtLeast(process.versions.node, needed)) return;
  process.stderr.write(
    `\nEnvoi needs Node.js ${needed} or newer; this is ${process.versions.node} (${process.execPath}). The command envoi finds the one that comes with the packages: see docs/operations.md.\n\n`,
  );
  process.exit(1);
}

function fail(thrown: unknown): never {
  const error = toError(thrown);
  process.stderr.write(`\n${error.name === "AppError" ? error.message : (error.stack ?? error.message)}\n\n`);
  process.exit(isConfigFault(error) ? 2 : 1);
}

const { version, nodeNeeded } = readPackageInfo();
requireFittingNode(nodeNeeded);
const program = new Command("envoi")
  .description("A self-hosted server for API-triggered campaigns. Settings are environment variables: docs/configuration.md.")
  .version(version)
  .showHelpAfterError()
  // A wrong command is a wrong input, like a wrong variable.
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2));
for (const [name, { help, start }] of Object.entries(commands))
  program
    .command(name)
    .description(help)
    .allowExcessArguments(false)
    .action(() => run(start).catch(fail));
const given = process.argv.slice(2);
program.parse(given.length > 0 ? given : ["up"], { from: "user" });
