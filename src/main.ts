import "reflect-metadata";
import { type App, startApp } from "./app.ts";
import { toError } from "./base/index.ts";
import { isConfigFault, loadEnvironmentFile, readConfig } from "./config.ts";

const usage = `Usage: envoi <command>

  up    the whole server: API, pages and engine, on the embedded PostgreSQL unless DATABASE_URL names another
`;

/** Stops once, whatever the number of signals; one that comes during the start waits for its end, so nothing is left behind. */
function stopOnSignal(starting: Promise<App>): void {
  let isStopping = false;
  const stop = (): void => {
    if (isStopping) return;
    isStopping = true;
    process.stdout.write("  Stopping: what is being sent is finished first.\n");
    starting
      .then((app) => app.stop())
      .then(() => process.exit(0))
      .catch(fail);
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
}

async function up(): Promise<void> {
  loadEnvironmentFile();
  const starting = startApp(readConfig());
  stopOnSignal(starting);
  const app = await starting;
  process.stdout.write(`
  Envoi is running.

    GraphQL    ${app.url}/graphql
    GraphiQL   ${app.url}/graphiql
    Admin key  ${app.adminKeyFile}
${app.databaseFolder ? `    Database   ${app.databaseFolder}\n` : ""}
  Ctrl-C stops it.

`);
}

function fail(thrown: unknown): never {
  const error = toError(thrown);
  process.stderr.write(`\n${error.name === "AppError" ? error.message : (error.stack ?? error.message)}\n\n`);
  process.exit(isConfigFault(error) ? 2 : 1);
}

const [command = "up"] = process.argv.slice(2);
if (command === "up") up().catch(fail);
else {
  process.stderr.write(usage);
  process.exitCode = 2;
}
