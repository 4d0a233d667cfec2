import { formatPath } from "./format-path.ts";
import type { Expression, PathExpression } from "./tree.ts";

const lengthMax = 100;

/** What an author would call it: a variable by its whole name, anything else about as it was written. */
export function describeExpression(expression: Expression): string {
  const text = describe(expression);
  return text.length > lengthMax ? `${text.slice(0, lengthMax - 1)}…` : text;
}

function describe(expression: Expression): string {
  switch (expression.kind) {
    case "literal":
      return JSON.stringify(expression.value);
    case "path":
      return describePath(expression);
    case "part":
      return formatPath(describe(expression.owner), expression.parts);
    case "array":
      return `[${listOf(expression.items)}]`;
    case "call":
      return `${expression.name}(${listOf(expression.args)})`;
    case "not":
      return `not ${describe(expression.value)}`;
    case "negate":
      return `-${describe(expression.value)}`;
    case "fallback":
      return `${describe(expression.value)} ?: ${describe(expression.otherwise)}`;
    default:
      return `${describe(expression.left)} ${expression.operator} ${describe(expression.right)}`;
  }
}

function describePath({ root, parts, origin }: PathExpression): string {
  if (origin) return origin.name;
  return formatPath(typeof root === "string" ? root : root.name, parts);
}

function listOf(expressions: readonly Expression[]): string {
  return expressions.map(describe).join(", ");
}
