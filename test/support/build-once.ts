import { execFileSync } from "node:child_process";
import { join } from "node:path";

/** Compiles the server for all files of a project that start it as a process, as `npm start` does before it runs it. */
export function setup(): void {
  execFileSync("npm", ["run", "--silent", "build:server"], { cwd: join(import.meta.dirname, "../.."), stdio: "inherit" });
}
