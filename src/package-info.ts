import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const schema = z.object({ version: z.string(), engines: z.object({ node: z.string() }) });

/** Beside the sources, and two folders above what is compiled of them. */
const folder = join(import.meta.dirname, import.meta.dirname.endsWith("dist/src") ? "../.." : "..");

export type PackageInfo = {
  readonly version: string /** The oldest Node.js that the packages run on. */;
  readonly nodeNeeded: string;
};

export function readPackageInfo(): PackageInfo {
  const { version, engines } = schema.parse(JSON.parse(readFileSync(join(folder, "package.json"), "utf8")));
  return { version, nodeNeeded: engines.node.replace(/^>=/, "") };
}

/** Of two versions such as 22.17.0. Pure. */
export function isAtLeast(version: string, needed: string): boolean {
  return version.localeCompare(needed, "en", { numeric: true }) >= 0;
}
