import type { ValueType } from "./functions/define-function.ts";
import { functions } from "./functions/registry.ts";
import type { Expression } from "./tree.ts";

/** What an expression gives, as far as its text shows it. */
export function typeOf(expression: Expression): ValueType {
  switch (expression.kind) {
    case "literal":
      if (expression.value === null) return "any";
      return typeof expression.value === "string" ? "text" : typeof expression.value === "number" ? "number" : "boolean";
    case "array":
      return "list";
    case "path":
      return typeof expression.root !== "string" && expression.parts.length === 0 ? expression.root.type : "any";
    case "call":
      return functions.get(expression.name)?.returns ?? "any";
    case "not":
    case "comparison":
    case "logic":
      return "boolean";
    case "negate":
    case "arithmetic":
      return "number";
    case "fallback": {
      const [value, otherwise] = [typeOf(expression.value), typeOf(expression.otherwise)];
      return value === otherwise ? value : "any";
    }
    default:
      return "any";
  }
}
