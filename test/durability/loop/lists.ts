import { readFileSync } from "node:fs";
import { join } from "node:path";
import { buildSchema, type GraphQLObjectType, getNamedType, isObjectType } from "graphql";
import { ask, type Load, type Loaded } from "./load.ts";

const schema = buildSchema(readFileSync(join(import.meta.dirname, "../../../schema/schema.graphql"), "utf8"));

/** Every field that needs no argument, and no list within a list. */
function everyFieldOf(type: GraphQLObjectType, depth: number): string {
  const fields = Object.values(type.getFields()).flatMap(({ name, type: of, args }) => {
    const named = getNamedType(of);
    if (args.length > 0) return [];
    if (!isObjectType(named)) return [name];
    return depth === 0 ? [] : [`${name} { ${everyFieldOf(named, depth - 1)} }`];
  });
  return ["__typename", ...fields].join(" ");
}

type List = {
  readonly type: string;
  /** As many as the cost of all fields allows. */
  readonly first: number;
  readonly query: (loaded: Loaded, rows: string) => string;
};

const lists = {
  campaigns: { type: "Campaign", first: 200, query: (_loaded, rows) => `{ campaigns${rows} }` },
  auditTrail: { type: "AuditEntry", first: 500, query: (_loaded, rows) => `{ auditTrail${rows} }` },
  executions: { type: "Execution", first: 300, query: ({ email }, rows) => `{ campaign(id: "${email}") { executions${rows} } }` },
  messages: {
    type: "Message",
    first: 300,
    query: ({ email }, rows) => `{ messages${rows.replace("(", `(filter: { campaignId: "${email}" }, `)} }`,
  },
} as const satisfies Readonly<Record<string, List>>;

function pageWithAllFields(name: keyof typeof lists, loaded: Loaded): string {
  const { type, first, query } = lists[name];
  const fields = everyFieldOf(schema.getType(type) as GraphQLObjectType, 1);
  return query(loaded, `(first: ${first}) { edges { cursor node { ${fields} } } }`);
}

export const pageOf =
  (name: keyof typeof lists): Load =>
  (loaded) =>
    ask(loaded, pageWithAllFields(name, loaded));

export const pageOverWebsocket =
  (name: keyof typeof lists): Load =>
  async (loaded) => {
    const { values, errors, done } = loaded.server.client.subscribe(pageWithAllFields(name, loaded));
    await done;
    return JSON.stringify(errors.length > 0 ? { errors } : values);
  };

/** Few fields, and each a piece of work. */
export const reviews: Load = (loaded) =>
  ask(loaded, "{ campaigns(first: 500) { edges { node { id review { canActivate issues { code } } } } } }");
