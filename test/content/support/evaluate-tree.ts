import { createFirstTime } from "../../../src/content/functions/first-time.ts";
import { readArguments } from "../../../src/content/functions/read-arguments.ts";
import { functions, Prepared } from "../../../src/content/functions/registry.ts";
import type { RenderData } from "../../../src/content/index.ts";
import { guardText, isGuarded, type PrintPlace } from "../../../src/content/print-place.ts";
import type { Expression, TemplateNode } from "../../../src/content/tree.ts";

type Printed = { readonly value: unknown; readonly missing: ReadonlySet<string> };
type Locals = Map<number, Printed>;
export type Evaluation = { text: string; missing: Set<string> };

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const none: ReadonlySet<string> = new Set();

/**
 * A second reading of the language, to compare the compiled one with: it walks the tree, builds no code and
 * shares nothing with it but the tree and the functions.
 */
export function evaluateTree(
  nodes: readonly TemplateNode[],
  data: RenderData,
  escapes: boolean,
  places: Places = new Map(),
): Evaluation {
  const evaluation: Evaluation = { text: "", missing: new Set() };
  walk(nodes, { data, escapes, evaluation, places, locals: new Map() });
  return evaluation;
}

/** Where each value is printed, by the offset of its tag; those in plain text are left out. */
type Places = ReadonlyMap<number, PrintPlace>;
type Walk = { data: RenderData; places: Places; escapes: boolean; evaluation: Evaluation; locals: Locals };

function walk(nodes: readonly TemplateNode[], state: Walk): void {
  for (const node of nodes) visit(node, state);
}

function visit(node: TemplateNode, state: Walk): void {
  if (node.kind === "text") state.evaluation.text += node.text;
  else if (node.kind === "print") print(node, state);
  else if (node.kind === "let") state.locals.set(node.local.id, printed(node.value, state));
  else if (node.kind === "if") {
    const branch = node.branches.find(({ condition }) => truth(printed(condition, state).value));
    walk(branch?.body ?? node.otherwise ?? [], state);
  } else if (node.kind === "with") {
    const { value } = printed(node.source, state);
    if (value === null || value === undefined) return;
    state.locals.set(node.item.id, { value, missing: none });
    walk(node.body, state);
  } else {
    const { value } = printed(node.source, state);
    const items: unknown[] = Array.isArray(value) ? value : [];
    items.forEach((item, index) => {
      state.locals.set(node.item.id, { value: item, missing: none });
      state.locals.set(node.index.id, { value: index, missing: none });
      walk(node.body, state);
    });
  }
}

function print({ value: expression, raw, at }: Extract<TemplateNode, { kind: "print" }>, state: Walk): void {
  const { value, missing } = printed(expression, state);
  const place = state.places.get(at);
  if (place !== "comment") for (const name of missing) state.evaluation.missing.add(name);
  const text = textAt(place, show(value));
  state.evaluation.text +=
    (raw && place === undefined) || !state.escapes || place === "jsonText" || place === "jsonValue"
      ? text
      : [...text].map((character) => entities[character] ?? character).join("");
}

function textAt(place: PrintPlace | undefined, text: string): string {
  if (place === "link" || place === "source" || place === "rest") return address(text, place);
  return isGuarded(place) ? guardText(place, text) : text;
}

/** The scheme is what stands before a colon that no slash, question mark or hash precedes. */
function address(text: string, place: "link" | "source" | "rest"): string {
  const [first = ""] = text.split(/[/?#]/);
  if (!first.includes(":")) return first.length > 256 ? "#" : text;
  const letters = [...(first.split(":")[0] ?? "")].filter(
    (letter) => letter > " " && !(letter >= "\u007f" && letter <= "\u00a0"),
  );
  const scheme = letters.join("").toLowerCase();
  const isAllowed = ["https", "http", "mailto", "tel"].includes(scheme) || (scheme === "cid" && place === "source");
  return isAllowed && place !== "rest" ? text : "#";
}

function printed(expression: Expression, state: Walk): Printed {
  const operands = operandsOf(expression).map((operand) => printed(operand, state));
  const missing = new Set(operands.flatMap((operand) => [...operand.missing]));
  const [a, b] = operands.map((operand) => operand.value);
  switch (expression.kind) {
    case "literal":
      return { value: expression.value, missing: none };
    case "path":
      return path(expression, state);
    case "array":
      return { value: operands.map((operand) => operand.value), missing };
    case "call":
      return {
        value: call(
          expression.name,
          operands.map((operand) => operand.value),
        ),
        missing: functions.get(expression.name)?.asks ? none : missing,
      };
    case "negate":
      return { value: finite(-number(a)), missing };
    case "arithmetic":
      return { value: finite(calculate(expression.operator, number(a), number(b))), missing };
    case "not":
      return { value: !truth(a), missing: none };
    case "logic":
      return { value: expression.operator === "and" ? truth(a) && truth(b) : truth(a) || truth(b), missing: none };
    case "comparison":
      return { value: compare(expression.operator, a, b), missing: none };
    case "fallback":
      if (a !== undefined && a !== null && a !== "") return { value: a, missing: none };
      return { value: b, missing: operands[1]?.missing ?? none };
  }
}

function operandsOf(expression: Expression): readonly Expression[] {
  if (expression.kind === "array") return expression.items;
  if (expression.kind === "call") return expression.args;
  if (expression.kind === "not" || expression.kind === "negate") return [expression.value];
  if (expression.kind === "fallback") return [expression.value, expression.otherwise];
  return "left" in expression ? [expression.left, expression.right] : [];
}

function path({ root, parts, origin }: Extract<Expression, { kind: "path" }>, state: Walk): Printed {
  const start: Printed =
    typeof root === "string" ? { value: state.data[root], missing: none } : (state.locals.get(root.id) as Printed);
  if (parts.length === 0 && typeof root !== "string" && root.kind === "let") return start;
  let value: unknown = start.value;
  for (const part of parts) {
    const descriptor = typeof value === "object" && value !== null ? Object.getOwnPropertyDescriptor(value, part) : undefined;
    value = descriptor?.value;
  }
  const isMissing = origin?.root === "context" && (value === undefined || value === null);
  return { value, missing: isMissing ? new Set([origin.name]) : none };
}

const functionContext = {
  now: 0,
  random: () => 0,
  charge: () => undefined,
  ...createFirstTime(() => undefined),
  checkLength: () => undefined,
  prepared: new Prepared(),
};

function call(name: string, args: unknown[]): unknown {
  const definition = functions.get(name);
  return definition?.apply(functionContext, ...readArguments(definition, args, functionContext));
}

function show(value: unknown): string {
  return ["string", "number", "boolean"].includes(typeof value) ? `${value}` : "";
}

function truth(value: unknown): boolean {
  return Array.isArray(value) ? value.length !== 0 : ![undefined, null, false, 0, ""].includes(value as null);
}

function number(value: unknown): number {
  if (typeof value === "string") return /^[-+]?[0-9]+([.][0-9]+)?$/.test(value) ? Number.parseFloat(value) : Number.NaN;
  return typeof value === "number" ? value : Number.NaN;
}

function finite(value: number): number | undefined {
  return Number.isNaN(value) || Math.abs(value) === Number.POSITIVE_INFINITY
    ? undefined
    : Number.parseFloat(value.toPrecision(15));
}

function calculate(operator: string, a: number, b: number): number {
  return { "+": a + b, "-": a - b, "*": a * b, "/": a / b, "%": a % b }[operator] ?? Number.NaN;
}

function compare(operator: string, a: unknown, b: unknown): boolean {
  if (operator === "!=") return !compare("=", a, b);
  if (operator === "=") return same(a, b);
  const [x, y] = [number(a), number(b)] as const;
  const bothNumbers = !(Number.isNaN(x) || Number.isNaN(y));
  if (!bothNumbers && !(typeof a === "string" && typeof b === "string")) return false;
  const order = bothNumbers ? Math.sign(x - y) : [a, b].sort()[0] === a ? (a === b ? 0 : -1) : 1;
  return { ">": order > 0, ">=": order >= 0, "<": order < 0, "<=": order <= 0 }[operator] ?? false;
}

function same(a: unknown, b: unknown): boolean {
  if ((a ?? null) === null || (b ?? null) === null) return (a ?? null) === (b ?? null);
  if (typeof a === "object" || typeof b === "object") return false;
  if (typeof a === typeof b) return a === b;
  return [typeof a, typeof b].includes("number") ? number(a) === number(b) : show(a) === show(b);
}
