import "reflect-metadata";
import { startApp } from "../../../src/app.ts";
import { createLog } from "../../../src/base/index.ts";
import { readConfig } from "../../../src/config.ts";
import { statementsOf } from "../../support/statements.ts";

/** A server without an engine whose statements are counted: told a query, it asks itself and says how many it took. */
const [databaseUrl = "", folder = "", key = ""] = process.argv.slice(2);
const log = createLog("warn");
const config = readConfig({ PORT: "0", DATABASE_URL: databaseUrl, ENVOI_DATA: folder });
const app = await startApp(config, { sends: false, log });

async function answer(body: unknown): Promise<void> {
  let text = "";
  const statements = await statementsOf(async () => {
    const headers = { "content-type": "application/json", authorization: `Bearer ${key}` };
    text = await (await fetch(`${app.url}/graphql`, { method: "POST", headers, body: JSON.stringify(body) })).text();
  });
  process.send?.({ statements, answer: JSON.parse(text) });
}

process.on("message", (body) => void answer(body));
process.once("SIGTERM", () => void app.stop().finally(() => process.exit(0)));
process.once("disconnect", () => process.exit(0));
process.send?.({ url: app.url });
