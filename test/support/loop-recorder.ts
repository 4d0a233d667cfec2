import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Launched } from "./server-process.ts";
import { until } from "./until.ts";

export type LoopRecorder = {
  /** For the server that is to be recorded. */
  readonly environment: Readonly<Record<string, string>>;
  /** The longest that its loop was kept since the last question, in milliseconds of a processor. */
  longestOf(server: Pick<Launched, "process">): Promise<number>;
  remove(): void;
};

export function createLoopRecorder(): LoopRecorder {
  const folder = mkdtempSync(join(tmpdir(), "envoi-loop-"));
  const file = join(folder, "longest");
  const recorder = pathToFileURL(join(import.meta.dirname, "loop-recorder.mjs"));
  return {
    environment: { LOOP_RECORD: file, NODE_OPTIONS: `--import=${recorder}` },
    async longestOf({ process }) {
      rmSync(file, { force: true });
      process.kill("SIGUSR2");
      const text = await until("the recorder answers", () => existsSync(file) && readFileSync(file, "utf8"));
      return Number(text);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
