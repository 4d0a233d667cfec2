import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { codegen } from "@graphql-codegen/core";
import * as typedDocumentNode from "@graphql-codegen/typed-document-node";
import * as typescriptOperations from "@graphql-codegen/typescript-operations";
import { lexicographicSortSchema, parse, printSchema } from "graphql";
import { parse as parseYaml } from "yaml";
import { buildGraphqlSchema, openapiDocument } from "../src/api/index.ts";
import { createLog } from "../src/base/index.ts";
import { entities } from "../src/entities.ts";
import { migrate, openDatabase, run } from "../src/storage/index.ts";
import { databaseDump } from "./database-dump.ts";

const root = join(import.meta.dirname, "..");
const head = "Made by `npm run generate`: do not edit.";

export type GeneratedFile = { readonly path: string; readonly text: string };

/** Every file that is made from the code, as it has to be. `databaseUrl` names an empty or a migrated database. */
export async function generateFiles(databaseUrl: string): Promise<GeneratedFile[]> {
  const schema = lexicographicSortSchema(buildGraphqlSchema());
  const printed = `# ${head}\n\n${printSchema(schema)}\n`;
  return [
    { path: "schema/schema.graphql", text: printed },
    { path: "schema/openapi.json", text: `${JSON.stringify(openapiDocument(), null, 2)}\n` },
    { path: "schema/database.sql", text: `-- ${head}\n\n${await dumpDatabase(databaseUrl)}\n` },
    { path: "src/client/operations.generated.ts", text: await generateClient(printed) },
  ];
}

async function dumpDatabase(url: string): Promise<string> {
  const database = await openDatabase({ url, poolMax: 4, entities, log: createLog("silent") });
  try {
    await migrate(database);
    const rows = await run({ em: database.orm.em.fork() }, databaseDump);
    return rows.map((row) => row.line).join("\n\n");
  } finally {
    await database.close();
  }
}

type Settings = { readonly generates: Readonly<Record<string, { readonly config: Record<string, unknown> }>> };

async function generateClient(schemaText: string): Promise<string> {
  const path = "src/client/operations.generated.ts";
  const settings = parseYaml(readFileSync(join(root, "codegen.yml"), "utf8")) as Settings;
  const folder = join(root, "schema/operations");
  const documents = readdirSync(folder)
    .filter((name) => name.endsWith(".graphql"))
    .sort()
    .map((name) => ({ location: name, document: parse(readFileSync(join(folder, name), "utf8")) }));
  const text = await codegen({
    filename: path,
    schema: parse(schemaText),
    documents,
    config: settings.generates[path]?.config ?? {},
    plugins: [{ typescriptOperations: {} }, { typedDocumentNode: {} }],
    pluginMap: { typescriptOperations, typedDocumentNode },
  });
  return `// ${head}\n${text.trim()}\n`;
}
