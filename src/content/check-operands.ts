import { describeExpression } from "./describe-expression.ts";
import { typeOf } from "./expression-type.ts";
import { typeNames, type ValueType } from "./functions/define-function.ts";
import type { Names } from "./names.ts";
import type { Expression } from "./tree.ts";

/** What an operator or a tag can use; "any" always may be right. */
const usable = {
  number: ["number", "text"],
  ordered: ["number", "text", "date", "list"],
  printed: ["number", "text", "date", "boolean"],
  list: ["list"],
} as const satisfies Record<string, readonly ValueType[]>;

/** Reports a value that can never be what is done with it, as far as its text shows that. */
export function checkOperand(names: Names, operand: Expression, use: keyof typeof usable, operation: string): void {
  const type = typeOf(operand);
  if (type === "any" || (usable[use] as readonly ValueType[]).includes(type)) return;
  const message = `${describeExpression(operand)} is ${typeNames[type]}, which ${operation}.`;
  names.report("EXPRESSION_TYPE", message, operand.at);
}

/** A literal beside `and` or `or`: `state = "ready" or "recall"` would be true for everybody. */
export function checkDecides(names: Names, side: Expression, operator: "and" | "or"): void {
  if (side.kind !== "literal" || typeof side.value === "boolean" || side.value === null) return;
  const text = JSON.stringify(side.value);
  const message = `${text} beside "${operator}" is the same for everybody: compare it, as in profile.city = ${text}.`;
  names.report("EXPRESSION_TYPE", message, side.at);
}
