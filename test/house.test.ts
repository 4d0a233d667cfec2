import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const exec = promisify(execFile);

/** Runs one of the project's own tools; its output is the failure's text. */
async function tool(name: string, ...args: string[]): Promise<void> {
  const bin = join(root, "node_modules/.bin");
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH}` };
  await exec(join(bin, name), args, { cwd: root, env, maxBuffer: 1 << 26 }).catch((error) => {
    expect.fail(`${name} ${args.join(" ")}\n${error.stdout}\n${error.stderr}`);
  });
}

test("format, lint and import order are those of biome.json", () => tool("biome", "ci", "."));
test("everything type-checks", () => tool("tsc", "--noEmit"));
test("no file, export or dependency is unused", () => tool("knip"));

test("the lockfile names packages by hash and no registry's host", () => {
  const lock = readFileSync(join(root, "package-lock.json"), "utf8");
  expect(lock).not.toContain('"resolved"');
});
