import type { Category } from "../base/index.ts";
import { invariant, type Log } from "../base/index.ts";
import { type CompiledContent, compileContent } from "../content/index.ts";
import { type Context, isDatabaseAway, run } from "../storage/index.ts";
import { createGatherer } from "./gatherer.ts";
import { selectVersions, type VersionRow } from "./sql/select-versions.ts";

/** Versions never change once live, so they are compiled once and kept; the least recently used goes first. */
const versionsMax = 200;
/** Read by one statement: a version's content may be half a megabyte. */
const readTogether = 20;

export type LoadedVersion = Pick<VersionRow, "id" | "channelConfigurationId" | "onUncertain" | "missingContext"> & {
  readonly category: Category;
  readonly compiled: CompiledContent;
};

export type VersionCache = {
  /** By id. One that cannot be used is missing. Rejects when the database does not give them. */
  getAll(ids: Iterable<string>): Promise<ReadonlyMap<string, LoadedVersion>>;
};

/** It is missing, or does not compile: its messages can only fail. */
class UnusableVersion extends Error {
  override name = "UnusableVersion";
}

export function createVersionCache(context: () => Pick<Context, "em">, log: Log): VersionCache {
  const versions = new Map<string, Promise<LoadedVersion>>();
  const rows = createGatherer<string, VersionRow | undefined>({
    answer: async (ids) => {
      const found = new Map((await run(context(), selectVersions(ids))).map((row) => [row.id, row]));
      return ids.map((id) => found.get(id));
    },
    atOnce: 2,
    weightMax: readTogether,
    weightOf: () => 1,
    isUrgent: () => false,
    isForAll: isDatabaseAway,
  });

  const load = async (id: string): Promise<LoadedVersion> => {
    const row = await rows.ask(id);
    try {
      invariant(row, `campaign version ${id} is missing`);
      return { ...row, compiled: compileContent(row.channel, row.content) };
    } catch (cause) {
      throw new UnusableVersion(`campaign version ${id} cannot be used`, { cause });
    }
  };

  const get = (id: string): Promise<LoadedVersion> => {
    const present = versions.get(id) ?? load(id);
    versions.delete(id);
    versions.set(id, present);
    present.catch(() => versions.delete(id));
    const oldest = versions.keys().next();
    if (versions.size > versionsMax && !oldest.done) versions.delete(oldest.value);
    return present;
  };

  const passOver = (error: unknown): null => {
    if (!(error instanceof UnusableVersion)) throw error;
    log.error({ err: error }, "dispatch: the content of a version cannot be used; its messages are FAILED");
    return null;
  };

  return {
    async getAll(ids) {
      const found = await Promise.all([...ids].map((id) => get(id).catch(passOver)));
      return new Map(found.flatMap((version) => (version ? [[version.id, version]] : [])));
    },
  };
}
