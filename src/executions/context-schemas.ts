import { type CampaignVersion, getVersion } from "../campaigns/index.ts";
import { type ContextSchema, compileContextSchema } from "../content/index.ts";
import type { Context } from "../storage/index.ts";
import type { JsonText } from "./accept/json-text.ts";

/** Compiled schemas of live versions, which never change; the ones used last stay. */
export type ContextSchemas = { get(ctx: Context, versionId: string): Promise<ContextSchema | null> };

const keptMax = 200;

export function createContextSchemas(): ContextSchemas {
  const kept = new Map<string, ContextSchema | null>();
  return {
    async get(ctx, versionId) {
      const known = kept.get(versionId);
      const schema = known === undefined ? compileOrNull(await getVersion(ctx, versionId)) : known;
      kept.delete(versionId);
      kept.set(versionId, schema);
      const [oldest] = kept.keys();
      if (kept.size > keptMax && oldest !== undefined) kept.delete(oldest);
      return schema;
    },
  };
}

/** Null when the version declares none. */
export function compileOrNull({ contextSchema }: Pick<CampaignVersion, "contextSchema">): ContextSchema | null {
  return contextSchema ? compileContextSchema(contextSchema) : null;
}

/** The verdict on one recipient's context, as it is stored; null when it is in order. */
export function faultOfContext(schema: ContextSchema | null, context: JsonText | null): string | null {
  return schema ? schema.faultOf(context === null ? {} : JSON.parse(context.text())) : null;
}
