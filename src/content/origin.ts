import { formatPath } from "./format-path.ts";
import { functions } from "./functions/registry.ts";
import type { Expression, Origin } from "./tree.ts";

/** A `let` may name a part of a `let`, and so on: names that grow longer than this are no longer followed. */
const partsMax = 32;

/** Where the value of an expression is found in a recipient's data; `name` is what the template calls it. */
export function originOf(value: Expression, name: string): Origin | null {
  switch (value.kind) {
    case "path":
      return value.origin;
    case "call":
      return originOfCall(value, name);
    case "part": {
      const owner = originOf(value.owner, name);
      return owner && extend(owner, value.parts);
    }
    case "fallback":
      return together(name, [originOf(value.value, name), originOf(value.otherwise, name)]);
    case "array":
      return together(
        name,
        value.items.map((item) => originOf(item, name)),
      );
    default:
      return null;
  }
}

function originOfCall({ name: called, args }: Extract<Expression, { kind: "call" }>, name: string): Origin | null {
  const [first, key] = args;
  const gives = functions.get(called)?.gives ?? null;
  const origin = first && gives ? originOf(first, name) : null;
  if (origin === null || gives !== "value") return origin;
  return key?.kind === "literal" ? extend(origin, [String(key.value)]) : together(name, [origin, null]);
}

/** Of a value that may be any of these. Without one of the context among them, nothing can be missing. */
export function together(name: string, origins: readonly (Origin | null)[]): Origin | null {
  const [first = null] = origins;
  if (first && origins.every((origin) => origin?.name === first.name)) return first;
  return origins.some((origin) => origin?.root === "context") ? { root: "context", name, parts: [], isOneOfSeveral: true } : null;
}

export function extend(origin: Origin, parts: readonly string[]): Origin | null {
  if (origin.parts.length + parts.length > partsMax) return null;
  return { ...origin, name: formatPath(origin.name, parts), parts: [...origin.parts, ...parts] };
}
