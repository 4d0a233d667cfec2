import { describeExpression } from "./describe-expression.ts";
import type { Unreadable } from "./error-value.ts";
import type { TemplateNode } from "./tree.ts";
import { insideOf, isExpression, type Operation, operandsOf } from "./walk-tree.ts";

/** What a reason is about, by the name that the template has for it, and a sentence's end about it. */
export type Described = { readonly name: string; readonly fault: string };

/** Looked for only when a recipient is excluded: by the place of the operation, which no other has. */
export function describeReason(
  nodes: readonly TemplateNode[],
  reason: Unreadable | { kind: "no-result"; at: number },
): Described {
  const operation = findOperation(nodes, reason.at);
  if (reason.kind === "no-result")
    return { name: operation && isExpression(operation) ? describeExpression(operation) : "a value", fault: "gives nothing" };
  const operand = operation && operandsOf(operation)[reason.index];
  const name = operand ? describeExpression(operand) : "a value";
  const { found, needs } = reason;
  if (operation?.kind === "print") return { name, fault: `is ${found}, which cannot be printed` };
  return { name, fault: `is ${found}, which cannot be read as ${needs} for ${operation ? nameOf(operation) : "an operation"}` };
}

function nameOf(operation: Operation): string {
  switch (operation.kind) {
    case "call":
      return operation.name;
    case "arithmetic":
    case "comparison":
      return operation.operator;
    case "negate":
      return "-";
    default:
      return operation.kind;
  }
}

function findOperation(nodes: readonly TemplateNode[], at: number): Operation | null {
  const queue: Operation[] = [...nodes];
  for (let next = queue.pop(); next; next = queue.pop()) {
    if (next.at === at && worksWithValues(next)) return next;
    queue.push(...insideOf(next));
  }
  return null;
}

function worksWithValues({ kind }: Operation): boolean {
  return ["print", "each", "call", "part", "negate", "comparison", "arithmetic"].includes(kind);
}
