import type { RenderData } from "./compiled-content.ts";
import { describeReason } from "./describe-reason.ts";
import { compileParts } from "./engine.ts";
import { functions, Prepared } from "./functions/registry.ts";
import { generateParts } from "./generate.ts";
import { RenderFault } from "./render-fault.ts";
import { Runtime } from "./runtime.ts";
import { TemplateFault } from "./template-fault.ts";
import type { Expression, TemplateNode } from "./tree.ts";
import { insideOf, isExpression, type Operation, operandsOf } from "./walk-tree.ts";

/** So many are tried in one field. */
const triedMax = 50;
const nobody: RenderData = { profile: {}, context: {}, message: { id: "", unsubscribeUrl: "" }, now: new Date(0) };
const nowhere = -1;
/** Functions whose result is another one each time. */
const changing = new Set(["random", "getCurrentZonedDateTime", "currentTimeInMillis", "age", "ageInDays", "ageInMonths"]);

/**
 * Calculations and calls in which no variable stands come out the same for everybody: what gives nothing is found
 * by trying it, as in `setDays("2026-11-01", 31)`.
 */
export function checkConstants(nodes: readonly TemplateNode[]): TemplateFault[] {
  const prints = constantsIn(nodes)
    .slice(0, triedMax)
    .map((value): TemplateNode => ({ kind: "print", value, raw: false, at: nowhere }));
  if (prints.length === 0) return [];
  const runtime = new Runtime(nobody, { isStrict: true, prepared: new Prepared() });
  try {
    compileParts(generateParts(prints), false)(runtime);
  } catch (fault) {
    // Whoever gets such a message is told when it is rendered.
    if (fault instanceof RenderFault) return [];
    throw fault;
  }
  return [...(runtime.takeReasons()?.values() ?? [])].flatMap((reason) => {
    if (reason.kind === "missing") return [];
    const { name, fault } = describeReason(prints, reason);
    return [new TemplateFault("EXPRESSION_EMPTY", `${name} ${fault}.`, reason.at)];
  });
}

/** The outermost ones. */
function constantsIn(nodes: readonly TemplateNode[]): Expression[] {
  const found: Expression[] = [];
  const queue: Operation[] = [...nodes];
  for (let next = queue.pop(); next; next = queue.pop()) {
    if (isExpression(next) && isTried(next) && isConstant(next)) found.push(next);
    else queue.push(...insideTried(next));
  }
  return found;
}

/** What a fallback takes the place of, and what is asked whether it is there, may be nothing. */
function insideTried(operation: Operation): readonly Operation[] {
  if (operation.kind === "fallback") return [operation.otherwise];
  return operation.kind === "call" && functions.get(operation.name)?.asksForNothing ? [] : insideOf(operation);
}

function isTried(value: Expression): boolean {
  return value.kind === "arithmetic" || value.kind === "negate" || (value.kind === "call" && givesText(value.name));
}

/** A list or an object that is printed is a fault of another kind; a question may be answered by nothing. */
function givesText(name: string): boolean {
  const returns = functions.get(name)?.returns;
  return returns === "text" || returns === "number" || returns === "date";
}

function isConstant(value: Expression): boolean {
  if (value.kind === "path" || (value.kind === "call" && changing.has(value.name))) return false;
  return operandsOf(value).every(isConstant);
}
