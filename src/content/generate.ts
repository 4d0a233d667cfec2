import { unreachable } from "../base/index.ts";
import { functions } from "./functions/registry.ts";
import { isEscaped, isGuarded, type PrintPlace } from "./print-place.ts";
import type {
  ArithmeticOperator,
  ComparisonOperator,
  EachNode,
  Expression,
  IfNode,
  PathExpression,
  TemplateNode,
} from "./tree.ts";

/** One piece of a template as Eta takes it: code that runs, a value printed raw, a value printed escaped. */
export type TemplatePart = { readonly t: "e" | "r" | "i"; readonly val: string };

const comparisonNames: Readonly<Record<ComparisonOperator, string>> = {
  "=": "__rt.equal",
  "!=": "!__rt.equal",
  ">": "__rt.more",
  ">=": "__rt.atLeast",
  "<": "__rt.less",
  "<=": "__rt.atMost",
};
const arithmeticNames: Readonly<Record<ArithmeticOperator, string>> = {
  "+": "add",
  "-": "subtract",
  "*": "multiply",
  "/": "divide",
  "%": "remainder",
};

/**
 * Turns a tree into the parts that Eta compiles. Nothing that an author or a recipient wrote becomes code: their
 * texts and names appear only as constants made by `JSON.stringify`, and every other word is one of this file,
 * a member of `Runtime`, or a letter with the number of a local.
 */
export function generateParts(nodes: readonly TemplateNode[], places: Places = nowhere): TemplatePart[] {
  return nodes.flatMap((node) => partsOf(node, places));
}

/** Of the tags that do not print into text, by their offsets. */
type Places = ReadonlyMap<number, PrintPlace>;
const nowhere: Places = new Map();

function partsOf(node: TemplateNode, places: Places): TemplatePart[] {
  switch (node.kind) {
    case "text":
      return [{ t: "r", val: JSON.stringify(node.text) }];
    case "print":
      return [printPart(node, places.get(node.at))];
    case "let":
      return [run(letCode(node))];
    case "if":
      return ifParts(node, places);
    case "each":
      return eachParts(node, places);
    case "with": {
      const item = `v${node.item.id}`;
      return [
        run(`{const ${item}=${code(node.source)};if(__rt.present(${item})){`),
        ...generateParts(node.body, places),
        run("}}"),
      ];
    }
    default:
      return unreachable(node);
  }
}

/** In an attribute, three braces escape as two do: a raw value there could only break out of its quotes. */
function printPart(node: Extract<TemplateNode, { kind: "print" }>, place: PrintPlace | undefined): TemplatePart {
  const value = place === "comment" ? code(node.value) : printedCode(node.value);
  const guarded = isGuarded(place) ? `__rt.guard(${JSON.stringify(place)},${value})` : value;
  return { t: isEscaped(place, node.raw) ? "i" : "r", val: `__rt.text(${guarded},${node.at},__eta.res.length)` };
}

function letCode({ local, declares, value }: Extract<TemplateNode, { kind: "let" }>): string {
  const [name, missing] = [`v${local.id}`, `m${local.id}`];
  return `${declares ? `let ${name},${missing};` : ""}__rt.hold();${name}=${printedCode(value)};${missing}=__rt.held();`;
}

function ifParts(node: IfNode, places: Places): TemplatePart[] {
  const branches = node.branches.flatMap(({ condition, body }, index) => [
    run(`${index === 0 ? "" : "}else "}if(${truthCode(condition)}){`),
    ...generateParts(body, places),
  ]);
  const otherwise = node.otherwise === null ? [] : [run("}else{"), ...generateParts(node.otherwise, places)];
  return [...branches, ...otherwise, run("}")];
}

function eachParts(node: EachNode, places: Places): TemplatePart[] {
  const [list, index, item] = [`l${node.item.id}`, `v${node.index.id}`, `v${node.item.id}`];
  const body = generateParts(node.body, places);
  const steps = 1 + body.reduce((sum, part) => sum + stepsOf(part), 0);
  const head = `{const ${list}=__rt.items(${code(node.source)},${steps},${node.at});`;
  const loop = `for(let ${index}=0;${index}<${list}.length;${index}++){const ${item}=__rt.own(${list},${index});`;
  return [run(head + loop), ...body, run(`__rt.checkOutput(__eta.res.length,${node.at});}}`)];
}

/** Calls of the runtime are what takes time. */
function stepsOf(part: TemplatePart): number {
  return part.val.split("__rt.").length - 1;
}

function run(val: string): TemplatePart {
  return { t: "e", val };
}

/** The code of a value that decides something: what it lacks does not matter. */
function code(expression: Expression): string {
  return expressionCode(expression, code);
}

/** The code of a value that will be printed: variables of the context that it lacks are noted. */
function printedCode(expression: Expression): string {
  if (expression.kind === "path") return printedPathCode(expression);
  return expressionCode(expression, asks(expression) ? code : printedCode);
}

/** Whether it gives an answer about its operands instead of printing them. */
function asks(expression: Expression): boolean {
  if (expression.kind === "call") return functions.get(expression.name)?.asks === true;
  return expression.kind === "comparison" || expression.kind === "logic" || expression.kind === "not";
}

function expressionCode(expression: Expression, inner: (expression: Expression) => string): string {
  const { kind } = expression;
  switch (kind) {
    case "literal":
      return JSON.stringify(expression.value);
    case "array":
      return `[${expression.items.map(inner).join(",")}]`;
    case "path":
      return pathCode(expression);
    case "call": {
      const args = expression.args.map((argument) => `,${inner(argument)}`).join("");
      return `__rt.call(${JSON.stringify(expression.name)},${expression.at}${args})`;
    }
    case "not":
      return `!${truthCode(expression.value)}`;
    case "negate":
      return `__rt.negate(${inner(expression.value)})`;
    case "comparison":
      return `${comparisonNames[expression.operator]}(${inner(expression.left)},${inner(expression.right)},${expression.at})`;
    case "logic":
      return `(${truthCode(expression.left)}${expression.operator === "and" ? "&&" : "||"}${truthCode(expression.right)})`;
    case "arithmetic":
      return `__rt.${arithmeticNames[expression.operator]}(${inner(expression.left)},${inner(expression.right)})`;
    case "fallback":
      // The left side only decides. The right one is looked at when it is taken: only then can it be missing.
      return `(__rt.lacks(${code(expression.value)})?${inner(expression.otherwise)}:__rt.given())`;
    default:
      return unreachable(kind);
  }
}

function truthCode(expression: Expression): string {
  if (expression.kind === "comparison" || expression.kind === "logic" || expression.kind === "not") return code(expression);
  return `__rt.truth(${code(expression)})`;
}

function pathCode({ root, parts }: PathExpression): string {
  const start = typeof root === "string" ? `__rt.${root}` : `v${root.id}`;
  return parts.reduce((owner, part) => `__rt.own(${owner},${JSON.stringify(part)})`, start);
}

function printedPathCode(path: PathExpression): string {
  const { root, parts, origin } = path;
  if (typeof root !== "string" && root.kind === "let" && parts.length === 0) return `__rt.carry(v${root.id},m${root.id})`;
  if (origin?.root === "context") return `__rt.need(${pathCode(path)},${JSON.stringify(origin.name)})`;
  return pathCode(path);
}
