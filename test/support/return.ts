import { type App, startApp } from "../../src/app.ts";
import { createLog } from "../../src/base/index.ts";
import { readConfig } from "../../src/config.ts";
import type { TestApp } from "./test-app.ts";

/** The same database and folder, by another server. The first one has to be stopped before. */
export async function returnOf({ folder, databaseUrl }: TestApp): Promise<App> {
  const config = readConfig({ PORT: "0", DATABASE_URL: databaseUrl, ENVOI_DATA: folder, LOG_LEVEL: "silent" });
  return startApp(config, { sends: true, log: createLog("silent") });
}

/** `DRAFT SCHEDULED`, `SCHEDULED LIVE`, …: what became of a campaign, in this order. */
export async function changesOf({ query }: Pick<TestApp, "query">, id: string): Promise<string[]> {
  const rows = await query<{ change: string }>(
    "select data->>'from' || ' ' || (data->>'to') as change from event where campaign_id = $1 and type = 'campaign.status-changed' order by at, id",
    [id],
  );
  return rows.map((row) => row.change);
}

export async function statusOf({ query }: Pick<TestApp, "query">, id: string): Promise<string> {
  return (await query<{ status: string }>("select status from campaign where id = $1", [id]))[0]?.status ?? "";
}
