import { ErrorValue } from "../../../src/content/error-value.ts";
import { createFirstTime } from "../../../src/content/functions/first-time.ts";
import type { FunctionContext } from "../../../src/content/functions/function-context.ts";
import { readArguments } from "../../../src/content/functions/read-arguments.ts";
import { functions, Prepared } from "../../../src/content/functions/registry.ts";
import type { RenderData } from "../../../src/content/index.ts";
import { originOf } from "../../../src/content/origin.ts";
import { guardText, isGuarded, type PrintPlace } from "../../../src/content/print-place.ts";
import type { Expression, TemplateNode } from "../../../src/content/tree.ts";

/** A value; or none, and why: by a key, whether it matters to what only decides. */
type Found = { readonly value: unknown; readonly why: ReadonlyMap<string, boolean> };
type Locals = Map<number, Found>;
export type Evaluation = { text: string; why: Map<string, boolean> };

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const nowhere: ReadonlyMap<string, boolean> = new Map();

/**
 * A second reading of the language, to compare the compiled one with: it walks the tree, builds no code and
 * shares nothing with it but the tree and the functions.
 */
export function evaluateTree(nodes: readonly TemplateNode[], data: RenderData, options: Options): Evaluation {
  const evaluation: Evaluation = { text: "", why: new Map() };
  walk(nodes, { data, places: new Map(), ...options, evaluation, locals: new Map() });
  return evaluation;
}

/** Where each value is printed, by the offset of its tag; those in plain text are left out. */
type Places = ReadonlyMap<number, PrintPlace>;
type Options = { readonly escapes: boolean; readonly isStrict: boolean; readonly places?: Places };
type Walk = Required<Options> & { data: RenderData; evaluation: Evaluation; locals: Locals };

function walk(nodes: readonly TemplateNode[], state: Walk): void {
  for (const node of nodes) visit(node, state);
}

function visit(node: TemplateNode, state: Walk): void {
  if (node.kind === "text") state.evaluation.text += node.text;
  else if (node.kind === "print") print(node, state);
  else if (node.kind === "let") state.locals.set(node.local.id, find(node.value, state, true));
  else if (node.kind === "if") {
    const branch = node.branches.find(({ condition }) => truth(condition, state));
    walk(branch?.body ?? node.otherwise ?? [], state);
  } else if (node.kind === "with") visitWith(node, state);
  else visitEach(node, state);
}

function visitWith(node: Extract<TemplateNode, { kind: "with" }>, state: Walk): void {
  const value = take(find(node.source, state, false), state);
  state.locals.set(node.item.id, { value, why: nowhere });
  walk(isNothing(value) ? (node.otherwise ?? []) : node.body, state);
}

function visitEach(node: Extract<TemplateNode, { kind: "each" }>, state: Walk): void {
  const value = take(find(node.source, state, false), state);
  if (!Array.isArray(value) && !isNothing(value)) blame(state, `${node.at} 0`);
  const items: unknown[] = Array.isArray(value) ? value : [];
  if (items.length === 0) walk(node.otherwise ?? [], state);
  items.forEach((item, index) => {
    state.locals.set(node.item.id, { value: item, why: nowhere });
    state.locals.set(node.index.id, { value: index, why: nowhere });
    state.locals.set(node.last.id, { value: index + 1 === items.length, why: nowhere });
    walk(node.body, state);
  });
}

function print({ value: expression, raw, at }: Extract<TemplateNode, { kind: "print" }>, state: Walk): void {
  const place = state.places.get(at);
  const isRead = place !== "comment";
  const found = find(expression, state, isRead);
  const value = isRead ? take(found, state) : found.value;
  if (isRead && typeof value === "object" && value !== null) blame(state, `${at} 0`);
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

/** What comes of a value that has reached its place: its reasons are the message's. */
function take({ value, why }: Found, state: Walk): unknown {
  for (const [key, decides] of why) state.evaluation.why.set(key, decides);
  return why.size > 0 ? undefined : value;
}

function blame(state: Walk, key: string): void {
  if (state.isStrict) state.evaluation.why.set(key, true);
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

function find(expression: Expression, state: Walk, isPrinted: boolean): Found {
  const { kind } = expression;
  const inside = (one: Expression, printed = isPrinted) => find(one, state, printed);
  switch (kind) {
    case "literal":
      return a(expression.value);
    case "path":
      return path(expression, state, isPrinted);
    case "part":
      return part(expression, state, isPrinted);
    case "array":
      return together(
        expression.items.map((item) => inside(item)),
        (...items) => a(items),
      );
    case "call":
      return call(expression, state, isPrinted);
    case "negate":
      return calculate([inside(expression.value), a(0)], expression, state);
    case "arithmetic":
      return calculate([inside(expression.left), inside(expression.right)], expression, state);
    case "not":
      return a(!truth(expression.value, state));
    case "logic":
      if (expression.operator === "and") return a(truth(expression.left, state) && truth(expression.right, state));
      return a(truth(expression.left, state) || truth(expression.right, state));
    case "comparison":
      return comparison(expression, state);
    case "fallback": {
      const left = inside(expression.value, false);
      const isLacking = left.why.size > 0 || isNothing(left.value) || left.value === "";
      return isLacking ? inside(expression.otherwise) : left;
    }
  }
}

function part(expression: Extract<Expression, { kind: "part" }>, state: Walk, isPrinted: boolean): Found {
  const owner = find(expression.owner, state, isPrinted);
  if (owner.why.size > 0) return owner;
  const value = expression.parts.reduce(partOf, owner.value);
  const origin = originOf(expression, "");
  if (!isPrinted || !isNothing(value) || origin?.root === "profile") return a(value);
  return none(state, origin ? origin.name : `${expression.at} `, false);
}

function comparison({ left, right, operator, at }: Extract<Expression, { kind: "comparison" }>, state: Walk): Found {
  const sides = [find(left, state, false), find(right, state, false)] as const;
  const isNullTest = sides.some(({ value, why }) => why.size === 0 && isNothing(value));
  if (isEquality(operator) && isNullTest && sides.some(({ why }) => why.size > 0)) return a(operator === "=");
  return together(sides, (one, other) => compare(operator, [one, other], at, state));
}

function isEquality(operator: string): boolean {
  return operator === "=" || operator === "!=";
}

function a(value: unknown): Found {
  return { value, why: nowhere };
}

function none(state: Walk, key: string, decides: boolean): Found {
  return { value: undefined, why: state.isStrict ? new Map([[key, decides]]) : nowhere };
}

/** With the reasons of all, if there are any. */
function together(all: readonly Found[], make: (...values: unknown[]) => Found): Found {
  const why = new Map(all.flatMap((one) => [...one.why]));
  return why.size > 0 ? { value: undefined, why } : make(...all.map((one) => one.value));
}

function path({ root, parts, origin }: Extract<Expression, { kind: "path" }>, state: Walk, isPrinted: boolean): Found {
  const start = typeof root === "string" ? a(state.data[root]) : (state.locals.get(root.id) ?? a(undefined));
  const why = isPrinted ? start.why : new Map([...start.why].filter(([, decides]) => decides));
  if (why.size > 0) return { value: undefined, why };
  const value = parts.reduce(partOf, start.value);
  const isLet = typeof root !== "string" && root.kind === "let" && parts.length === 0;
  return isPrinted && !isLet && origin?.root === "context" && isNothing(value) ? none(state, origin.name, false) : a(value);
}

function partOf(value: unknown, part: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  const descriptor = Object.getOwnPropertyDescriptor(value, part);
  if (descriptor) return descriptor.value;
  if (!Array.isArray(value) || /^[0-9]+$/.test(part)) return undefined;
  const parts = value.flatMap((item) => (Array.isArray(item) ? undefined : partOf(item, part)));
  return value.length === 0 || parts.some((one) => !isNothing(one)) ? parts : undefined;
}

function call({ name, args, at }: Extract<Expression, { kind: "call" }>, state: Walk, isPrinted: boolean): Found {
  const definition = functions.get(name);
  if (!definition) throw new Error(`there is no function ${name}`);
  const given = args.map((argument) => find(argument, state, isPrinted && !definition.asks));
  const run = (...values: unknown[]): Found => {
    const result = applied(definition, values, state, at);
    if (result instanceof ErrorValue) {
      const found = [...result.reasons].map(([key, { kind }]) => [key, kind === "unreadable"] as const);
      return { value: undefined, why: new Map(found) };
    }
    const isFoundInProfile = /^(item|value)$/.test(definition.gives ?? "") && origin?.root === "profile";
    const mustGive = isPrinted && !isFoundInProfile && !values.some(isNothing);
    return mustGive && isNothing(result) ? none(state, `${at} `, false) : a(result);
  };
  const origin = originOf({ kind: "call", name, args, at }, "");
  return definition.asksForNothing ? run(...given.map(({ value }) => value)) : together(given, run);
}

function applied(
  definition: NonNullable<ReturnType<typeof functions.get>>,
  values: unknown[],
  { isStrict }: Walk,
  at: number,
): unknown {
  const context: FunctionContext = {
    now: 0,
    random: () => 0,
    charge: () => undefined,
    ...createFirstTime(() => undefined),
    checkLength: () => undefined,
    unreadable: (index, found, needs) => (isStrict ? ErrorValue.of({ kind: "unreadable", at, index, found, needs }) : undefined),
    prepared,
  };
  const read = readArguments(definition, values, context);
  return read instanceof ErrorValue ? read : definition.apply(context, ...read);
}

const prepared = new Prepared();

function show(value: unknown): string {
  return ["string", "number", "boolean"].includes(typeof value) ? `${value}` : "";
}

function isNothing(value: unknown): boolean {
  return (value ?? null) === null;
}

function truth(condition: Expression, state: Walk): boolean {
  const value = take(find(condition, state, false), state);
  return Array.isArray(value) ? value.length !== 0 : ![undefined, null, false, 0, ""].includes(value as null);
}

function number(value: unknown): number {
  if (typeof value === "string") return /^[-+]?[0-9]+([.][0-9]+)?$/.test(value) ? Number.parseFloat(value) : Number.NaN;
  return typeof value === "number" ? value : Number.NaN;
}

type Calculation = Extract<Expression, { kind: "arithmetic" | "negate" }>;

function calculate(sides: readonly Found[], expression: Calculation, state: Walk): Found {
  const { at } = expression;
  const checked = sides.map((side, index) =>
    side.why.size === 0 && !isNothing(side.value) && Number.isNaN(number(side.value))
      ? none(state, `${at} ${index}`, true)
      : side,
  );
  return together(checked, (left, right) => {
    const [x, y] = [number(left), number(right)];
    const result =
      expression.kind === "negate" ? -x : { "+": x + y, "-": x - y, "*": x * y, "/": x / y, "%": x % y }[expression.operator];
    if (Number.isFinite(result)) return a(Number.parseFloat(result.toPrecision(15)));
    return Number.isNaN(x) || Number.isNaN(y) ? a(undefined) : none(state, `${at} 1`, true);
  });
}

function compare(operator: string, [left, right]: readonly [unknown, unknown], at: number, state: Walk): Found {
  const answer = isEquality(operator) ? equality(left, right) : order(operator, left, right);
  if (typeof answer === "number") return state.isStrict ? none(state, `${at} ${answer}`, true) : a(operator === "!=");
  return a(operator === "!=" ? !answer : answer);
}

/** Whether they are equal, or the index of the side that cannot be. */
function equality(left: unknown, right: unknown): boolean | number {
  if (isNothing(left) || isNothing(right)) return same(left, right);
  const [isLeftWhole, isRightWhole] = [typeof left === "object", typeof right === "object"];
  if (!isLeftWhole && !isRightWhole) return same(left, right);
  if (Array.isArray(left) && !isRightWhole) return left.filter((item) => same(item, right)).length > 0;
  if (Array.isArray(right) && !isLeftWhole) return right.filter((item) => same(item, left)).length > 0;
  if (!isLeftWhole || (Array.isArray(left) && !Array.isArray(right))) return 1;
  return 0;
}

/** Whether they are in this order, or the index of the side that is in none. */
function order(operator: string, left: unknown, right: unknown): boolean | number {
  const pairs = pairsOf(left, right).map(([one, other]) => orderOfTwo(operator, one, other));
  return pairs.includes(true) || (pairs.find((answer) => typeof answer === "number") ?? false);
}

function pairsOf(left: unknown, right: unknown): (readonly [unknown, unknown])[] {
  if (Array.isArray(left) && typeof right !== "object") return left.map((item) => [item, right] as const);
  if (Array.isArray(right) && typeof left !== "object") return right.map((item) => [left, item] as const);
  return [[left, right]];
}

function orderOfTwo(operator: string, left: unknown, right: unknown): boolean | number {
  if (isNothing(left) || isNothing(right)) return false;
  const [x, y] = [number(left), number(right)];
  if (!Number.isNaN(x) && !Number.isNaN(y)) return isInOrder(operator, Math.sign(x - y));
  if (typeof left === "string" && typeof right === "string")
    return isInOrder(operator, left === right ? 0 : [left, right].sort()[0] === left ? -1 : 1);
  if (left === "" || right === "") return false;
  const odd = [left, right].findIndex((side) => !["string", "number"].includes(typeof side));
  return odd >= 0 ? odd : Number(!Number.isNaN(x));
}

function isInOrder(operator: string, sign: number): boolean {
  return { ">": sign > 0, ">=": sign >= 0, "<": sign < 0, "<=": sign <= 0 }[operator] ?? false;
}

function same(left: unknown, right: unknown): boolean {
  if (isNothing(left) || isNothing(right)) return isNothing(left) && isNothing(right);
  if (typeof left === "object" || typeof right === "object") return false;
  if (typeof left === typeof right) return left === right;
  return [typeof left, typeof right].includes("number") ? number(left) === number(right) : show(left) === show(right);
}
