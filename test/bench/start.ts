import { startEmbeddedPostgres } from "../../src/storage/index.ts";
import { onLeaving } from "./support/left-behind.ts";
import { type BenchOptions, type Line, note, type Result } from "./support/line.ts";
import { aDataFolder, startServer } from "./support/server.ts";

const starts = 3;
const mostSeconds = 5;

/** From the launch of a compiled server on an empty folder to its first answer over HTTP. */
export const start: Line = {
  name: "start",
  async run(options: BenchOptions): Promise<readonly Result[]> {
    const [own, bare]: [number[], number[]] = [[], []];
    let megabytes = 0;
    // What only the first of all pays, such as reading the binaries from the disk, is nobody's figure.
    await startBare();
    for (let round = 0; round < starts; round += 1) {
      bare.push(await startBare());
      await using server = await startServer(options.nodeFlags);
      own.push(server.startMilliseconds / 1000);
      megabytes = Math.max(megabytes, server.peakMegabytes());
    }
    const shown = (seconds: readonly number[]): string => seconds.map((second) => second.toFixed(2)).join(", ");
    note(`starts ${shown(own)} s; the bare database ${shown(bare)} s`);
    const [slowest, slowestBare] = [Math.max(...own), Math.max(...bare)];
    return [
      {
        what: `start on an empty folder to the first answer, the slowest of ${starts}`,
        target: `under ${mostSeconds} s`,
        measured: `${slowest.toFixed(2)} s`,
        yardstick: `${slowestBare.toFixed(2)} s: initdb and start of the bare embedded PostgreSQL`,
        ratio: slowest / slowestBare,
        isMet: slowest < mostSeconds,
        serverMegabytes: megabytes,
      },
    ];
  },
};

async function startBare(): Promise<number> {
  const folder = aDataFolder();
  const startedAt = performance.now();
  const postgres = await startEmbeddedPostgres(folder.path);
  const seconds = (performance.now() - startedAt) / 1000;
  await onLeaving(() => postgres.stop())();
  await folder.remove();
  return seconds;
}
