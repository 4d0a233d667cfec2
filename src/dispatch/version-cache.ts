import type { Category } from "../base/index.ts";
import { invariant } from "../base/index.ts";
import { type CompiledContent, compileContent } from "../content/index.ts";
import { type Context, run } from "../storage/index.ts";
import { selectVersion, type VersionRow } from "./sql/select-versions.ts";

/** Versions never change once live, so they are compiled once and kept; the least recently used goes first. */
const versionsMax = 200;

export type LoadedVersion = Pick<VersionRow, "id" | "channelConfigurationId" | "onUncertain" | "missingContext"> & {
  readonly category: Category;
  readonly compiled: CompiledContent;
};

export type VersionCache = {
  /** By id. Rejects when one of them cannot be read. */
  getAll(ctx: Pick<Context, "em">, ids: Iterable<string>): Promise<ReadonlyMap<string, LoadedVersion>>;
};

export function createVersionCache(): VersionCache {
  const versions = new Map<string, Promise<LoadedVersion>>();

  const get = (ctx: Pick<Context, "em">, id: string): Promise<LoadedVersion> => {
    const present = versions.get(id) ?? load(ctx, id);
    versions.delete(id);
    versions.set(id, present);
    present.catch(() => versions.delete(id));
    const oldest = versions.keys().next();
    if (versions.size > versionsMax && !oldest.done) versions.delete(oldest.value);
    return present;
  };

  return {
    async getAll(ctx, ids) {
      const found = await Promise.all([...ids].map((id) => get(ctx, id)));
      return new Map(found.map((version) => [version.id, version]));
    },
  };
}

async function load(ctx: Pick<Context, "em">, id: string): Promise<LoadedVersion> {
  const [row] = await run(ctx, selectVersion(id));
  invariant(row, `campaign version ${id} is missing`);
  return { ...row, compiled: compileContent(row.channel, row.content) };
}
