/** Dotted, as callers write it; a part that a dot would make unclear stands between backticks. */
export function formatPath(root: string, parts: readonly string[]): string {
  return [root, ...parts.map(formatPart)].join(".");
}

function formatPart(part: string): string {
  return /^[\p{L}\p{N}_]+$/u.test(part) ? part : `\`${part.replaceAll("`", "``")}\``;
}
