import type { TestApp } from "./test-app.ts";

/** Campaigns like `pattern`, which is live: each with a version of its own. Their ids, in order. */
export async function copiesOf(app: Pick<TestApp, "query">, pattern: string, count: number): Promise<string[]> {
  await app.query("create temporary table if not exists copy (campaign_id uuid, version_id uuid)");
  await app.query("truncate copy");
  await app.query("insert into copy select gen_random_uuid(), gen_random_uuid() from generate_series(1, $1::int)", [count]);
  await app.query("begin");
  await copyRow(app, { table: "campaign", by: "id", pattern, changed: { id: "campaign_id", live_version_id: "version_id" } });
  await copyRow(app, {
    table: "campaign_version",
    by: "campaign_id",
    pattern,
    changed: { id: "version_id", campaign_id: "campaign_id" },
  });
  await app.query("commit");
  return (await app.query<{ id: string }>("select campaign_id as id from copy order by 1")).map(({ id }) => id);
}

type Copying = {
  readonly table: string;
  readonly by: string;
  readonly pattern: string;
  readonly changed: Readonly<Record<string, string>>;
};

/** Whatever columns the table has. */
async function copyRow(app: Pick<TestApp, "query">, { table, by, pattern, changed }: Copying): Promise<void> {
  const patch = Object.entries(changed).map(([column, value]) => `'${column}', copy.${value}`);
  await app.query(
    `insert into ${table} select filled.* from copy, ${table} model,
       lateral jsonb_populate_record(model, jsonb_build_object(${patch.join(", ")})) filled
     where model.${by} = '${pattern}'`,
  );
}
