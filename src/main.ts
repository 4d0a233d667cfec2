import "reflect-metadata";
import { startApp } from "./app.ts";
import { toError } from "./base/index.ts";
import { isConfigFault, readConfig } from "./config.ts";

const usage = `Usage: envoi <command>

  up    the whole server: API, pages and engine, on the embedded PostgreSQL unless DATABASE_URL names another
`;

async function up(): Promise<void> {
  const config = readConfig();
  const app = await startApp(config);
  process.stdout.write(`
  Envoi is running.

    GraphQL    ${app.url}/graphql
    GraphiQL   ${app.url}/graphiql
    Admin key  ${app.adminKeyFile}
${app.databaseFolder ? `    Database   ${app.databaseFolder}\n` : ""}
  Ctrl-C stops it.

`);
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    process.stdout.write("  Stopping: what is being sent is finished first.\n");
    app.stop().then(
      () => process.exit(0),
      (error) => fail(error),
    );
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
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
