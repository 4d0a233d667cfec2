import type { Result } from "./line.ts";

const columns = ["what", "target", "measured", "yardstick in the same run", "ratio", "met?", "server's peak memory"];

export function toMarkdown(results: readonly Result[]): string {
  const rows = results.map((result) => [
    result.what,
    result.target,
    result.measured,
    result.yardstick || "–",
    result.ratio === null ? "–" : result.ratio.toFixed(2),
    result.isMet === null ? "–" : result.isMet ? "yes" : "**missed**",
    result.serverMegabytes === null ? "–" : `${Math.round(result.serverMegabytes)} MB`,
  ]);
  return [columns, columns.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
