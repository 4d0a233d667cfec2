import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { invalid, toError } from "../base/index.ts";
import { codeOf } from "./database-fault.ts";

export type DataFolderNeeds = {
  readonly folder: string;
  /** Files that are made here when they are missing. */
  readonly files: readonly string[];
  /** The embedded database writes here all the time. */
  readonly holdsDatabase: boolean;
};

/**
 * Makes the data folder, and refuses one that cannot be written to before anything is made elsewhere. Where nothing has to be written
 * it may be read-only, or missing.
 */
export function prepareDataFolder({ folder, files, holdsDatabase }: DataFolderNeeds): void {
  if (!holdsDatabase && files.every((file) => existsSync(join(folder, file)))) return;
  const probe = join(folder, `.writable-${randomBytes(6).toString("hex")}`);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(probe, "", { mode: 0o600, flag: "wx" });
    rmSync(probe);
  } catch (thrown) {
    const error = toError(thrown);
    throw invalid(
      "INPUT_INVALID",
      `ENVOI_DATA, the folder ${folder}, cannot be written to (${codeOf(error)}). Give this user the right to write there, mount it writable, or set ENVOI_DATA to another folder. Without one Envoi needs DATABASE_URL, ENVOI_SECRET and ENVOI_ADMIN_KEY. Nothing was changed.`,
      {},
      error,
    );
  }
}
