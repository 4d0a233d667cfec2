import type { Expression, TemplateNode } from "./tree.ts";

/** What works with values: an expression, or a tag. */
export type Operation = Expression | TemplateNode;

/** What is directly inside, tags and expressions alike. */
export function insideOf(operation: Operation): readonly Operation[] {
  switch (operation.kind) {
    case "text":
      return [];
    case "each":
    case "with":
      return [operation.source, ...operation.body, ...(operation.otherwise ?? [])];
    case "if": {
      const branches = operation.branches.flatMap(({ condition, body }) => [condition, ...body]);
      return [...branches, ...(operation.otherwise ?? [])];
    }
    default:
      return operandsOf(operation);
  }
}

/** The values that it works with, in their order. */
export function operandsOf(operation: Operation): readonly Expression[] {
  switch (operation.kind) {
    case "print":
    case "let":
    case "not":
    case "negate":
      return [operation.value];
    case "each":
    case "with":
      return [operation.source];
    case "call":
      return operation.args;
    case "array":
      return operation.items;
    case "part":
      return [operation.owner];
    case "fallback":
      return [operation.value, operation.otherwise];
    case "comparison":
    case "logic":
    case "arithmetic":
      return [operation.left, operation.right];
    default:
      return [];
  }
}

export function isExpression(operation: Operation): operation is Expression {
  return !["text", "print", "let", "if", "each", "with"].includes(operation.kind);
}
