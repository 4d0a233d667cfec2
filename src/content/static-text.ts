import type { TemplateNode } from "./tree.ts";

/** What some recipient gets even when every variable is empty: the longest way through the conditions, each loop once. */
export function staticText(nodes: readonly TemplateNode[]): string {
  return nodes.map(textOfNode).join("");
}

function textOfNode(node: TemplateNode): string {
  if (node.kind === "text") return node.text;
  if (node.kind !== "if" && node.kind !== "each" && node.kind !== "with") return "";
  const bodies = node.kind === "if" ? node.branches.map((branch) => branch.body) : [node.body];
  const ways = [...bodies, node.otherwise ?? []].map(staticText);
  return ways.reduce((longest, way) => (way.length > longest.length ? way : longest), "");
}
