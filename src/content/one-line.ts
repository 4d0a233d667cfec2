import type { TemplateNode } from "./tree.ts";

/** Everything that some mail or push program takes for the end of a line, and NUL. */
const lineBreaks = /[\n\r\v\f\0\u0085\u2028\u2029]+/g;

/** A header is one line, whatever a recipient's data holds. */
export function toLine(text: string): string {
  return text.replace(lineBreaks, " ");
}

/** Where an author wrote a line break that would be printed; inside a tag it is only space. */
export function findLineBreak(nodes: readonly TemplateNode[]): number | null {
  for (const node of nodes) {
    const found = node.kind === "text" ? lineBreakIn(node.text, node.at) : findFirst(bodiesOf(node));
    if (found !== null) return found;
  }
  return null;
}

function findFirst(bodies: readonly (readonly TemplateNode[])[]): number | null {
  return bodies.map(findLineBreak).find((found) => found !== null) ?? null;
}

function lineBreakIn(text: string, at: number): number | null {
  const index = text.search(lineBreaks);
  return index === -1 ? null : at + index;
}

function bodiesOf(node: TemplateNode): readonly (readonly TemplateNode[])[] {
  if (node.kind === "each" || node.kind === "with") return [node.body, node.otherwise ?? []];
  return node.kind === "if" ? [...node.branches.map((branch) => branch.body), node.otherwise ?? []] : [];
}
