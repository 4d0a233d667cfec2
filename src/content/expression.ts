import { checkDecides, checkOperand } from "./check-operands.ts";
import { checkCall, doubtsAbout, isProperty, writtenPatterns } from "./functions/check-call.ts";
import { limits } from "./limits.ts";
import type { Names } from "./names.ts";
import type { TagReader, Token } from "./tag-reader.ts";
import { limitFault, syntaxFault } from "./template-fault.ts";
import type { ArithmeticOperator, ComparisonOperator, Expression } from "./tree.ts";
import { noteCall, noteNumbers, noteWanted } from "./wanted-values.ts";

const comparisons: readonly ComparisonOperator[] = ["=", "!=", ">=", "<=", ">", "<"];
/** Values that are words. */
const words = new Set(["true", "false", "null"]);
type Level = {
  readonly operators: readonly ArithmeticOperator[];
  readonly operand: (reader: TagReader, names: Names) => Expression;
};
const product: Level = { operators: ["*", "/", "%"], operand: parseSign };
const sum: Level = { operators: ["+", "-"], operand: (reader, names) => parseArithmetic(reader, names, product) };

/** `a ?: b`, the weakest operator; then or, and, not, comparison, sum, product, sign, value. */
export function parseExpression(reader: TagReader, names: Names): Expression {
  let value = parseOr(reader, names);
  while (reader.sees("?:")) {
    const { at } = reader.take();
    names.countExpressionPart(at);
    value = { kind: "fallback", value, otherwise: parseOr(reader, names), at };
  }
  return value;
}

/** `profile.name`, `this.name`, `@index`, an alias or a `let`; or the call of a function. */
export function parsePrinted(reader: TagReader, names: Names): Expression {
  const { kind, text } = reader.peek();
  if (!reader.sees("@") && (kind !== "name" || words.has(text))) throw reader.unexpected("a variable, such as profile.name");
  return parseValue(reader, names);
}

type Parts = {
  readonly parts: string[];
  /** The last part is the name of a function: `items.count()` is `count(items)`. */
  readonly method: Token | null;
};

function parseParts(reader: TagReader): Parts {
  const parts: string[] = [];
  while (seesPart(reader)) {
    if (reader.accept("[")) {
      parts.push(takeItemNumber(reader));
      continue;
    }
    reader.take();
    const token = reader.takePart();
    if (token.kind === "name" && reader.accept("(")) return { parts, method: token };
    parts.push(token.text);
  }
  return { parts, method: null };
}

function seesPart(reader: TagReader): boolean {
  return reader.sees(".") || reader.sees("[");
}

/** From behind the bracket of `items[0]`. */
function takeItemNumber(reader: TagReader): string {
  const { kind, text } = reader.peek();
  if (kind !== "number" || !/^\d+$/.test(text))
    throw reader.unexpected("the number of an item, as in [0] (a name stands behind a dot, between backticks if need be)");
  reader.take();
  reader.expect("]", "behind the number of an item");
  return String(Number(text));
}

/** What stands behind a value: parts of it, and functions that take it as their first argument. */
function parseBehind(reader: TagReader, names: Names, value: Expression): Expression {
  let whole = value;
  for (let calls = 0; seesPart(reader); calls += 1) {
    if (calls === limits.expressionDepthMax)
      throw limitFault(`An expression may be nested at most ${limits.expressionDepthMax} deep.`, reader.peek().at);
    const { at } = reader.peek();
    names.countExpressionPart(at);
    const { parts, method } = parseParts(reader);
    names.checkParts(parts, at);
    if (parts.length > 0) whole = { kind: "part", owner: whole, parts, at };
    if (method) whole = parseCall(reader, names, { name: method, first: whole });
  }
  return whole;
}

function parseOr(reader: TagReader, names: Names): Expression {
  let left = parseAnd(reader, names);
  while (reader.sees("or")) {
    const { at } = takeOperator(reader, names);
    left = joined(names, { kind: "logic", operator: "or", left, right: parseAnd(reader, names), at });
  }
  return left;
}

function parseAnd(reader: TagReader, names: Names): Expression {
  let left = parseNot(reader, names);
  while (reader.sees("and")) {
    const { at } = takeOperator(reader, names);
    left = joined(names, { kind: "logic", operator: "and", left, right: parseNot(reader, names), at });
  }
  return left;
}

function joined(names: Names, logic: Extract<Expression, { kind: "logic" }>): Expression {
  for (const side of [logic.left, logic.right]) checkDecides(names, side, logic.operator);
  return logic;
}

function parseNot(reader: TagReader, names: Names): Expression {
  if (!reader.sees("not")) return parseComparison(reader, names);
  const { at } = takeOperator(reader, names);
  return { kind: "not", value: nested(reader, () => parseNot(reader, names)), at };
}

function parseComparison(reader: TagReader, names: Names): Expression {
  const left = parseSum(reader, names);
  const operator = comparisons.find((symbol) => reader.sees(symbol));
  if (operator === undefined) return left;
  const { at } = takeOperator(reader, names);
  const right = parseSum(reader, names);
  if (operator !== "=" && operator !== "!=")
    for (const side of [left, right]) checkOperand(names, side, "ordered", `"${operator}" cannot compare`);
  noteNumbers(names.uses, left, right);
  return { kind: "comparison", operator, left, right, at };
}

function parseSum(reader: TagReader, names: Names): Expression {
  return parseArithmetic(reader, names, sum);
}

function parseArithmetic(reader: TagReader, names: Names, { operators, operand }: Level): Expression {
  let left = operand(reader, names);
  for (;;) {
    const operator = operators.find((symbol) => reader.sees(symbol));
    if (operator === undefined) return left;
    const { at } = takeOperator(reader, names);
    const right = operand(reader, names);
    checkIsNoText(left, operator);
    checkIsNoText(right, operator);
    for (const side of [left, right]) {
      checkOperand(names, side, "number", `"${operator}" cannot calculate with`);
      noteWanted(names.uses, side, "number");
    }
    left = { kind: "arithmetic", operator, left, right, at };
  }
}

/** Context values are often digits in a string, so `+` cannot both add and join: it adds. */
function checkIsNoText(operand: Expression, operator: string): void {
  if (operand.kind === "literal" && typeof operand.value === "string")
    throw syntaxFault(`Expected a number beside "${operator}"; texts are joined by concat(a, b).`, operand.at);
}

function parseSign(reader: TagReader, names: Names): Expression {
  if (!reader.sees("-")) return parseValue(reader, names);
  const { at } = takeOperator(reader, names);
  const value = nested(reader, () => parseSign(reader, names));
  checkOperand(names, value, "number", '"-" cannot calculate with');
  noteWanted(names.uses, value, "number");
  return { kind: "negate", value, at };
}

function parseValue(reader: TagReader, names: Names): Expression {
  const hasParts = reader.peek().kind !== "number" && !words.has(reader.peek().text);
  const value = parseStart(reader, names);
  return hasParts ? parseBehind(reader, names, value) : value;
}

function parseStart(reader: TagReader, names: Names): Expression {
  const token = reader.peek();
  if (token.kind === "name") return parseNamed(reader, names);
  if (reader.accept("@")) {
    names.countExpressionPart(token.at);
    return names.resolveLoop(reader.expectName("index, first or last after @").text, token.at);
  }
  if (token.kind === "string" || token.kind === "number") {
    names.countExpressionPart(token.at);
    reader.take();
    return { kind: "literal", value: token.kind === "string" ? token.text : parseNumber(token), at: token.at };
  }
  if (reader.accept("(")) {
    const value = nested(reader, () => parseExpression(reader, names));
    reader.expect(")", "to close the parenthesis");
    return value;
  }
  if (reader.accept("[")) return { kind: "array", items: parseList(reader, names), at: token.at };
  throw reader.unexpected("a value");
}

function parseNamed(reader: TagReader, names: Names): Expression {
  const token = reader.take();
  names.countExpressionPart(token.at);
  if (token.text === "true" || token.text === "false") return { kind: "literal", value: token.text === "true", at: token.at };
  if (token.text === "null") return { kind: "literal", value: null, at: token.at };
  if (reader.accept("(")) return parseCall(reader, names, { name: token, first: null });
  const { parts, method } = parseParts(reader);
  const value = names.resolve(token, parts, reader.hyphenHint(token));
  return method ? parseCall(reader, names, { name: method, first: value }) : value;
}

type Called = { readonly name: Token; readonly first: Expression | null };

/** From behind its opening parenthesis. */
function parseCall(reader: TagReader, names: Names, { name: { text: name, at }, first }: Called): Expression {
  const args = first ? [first] : [];
  if (!reader.accept(")")) {
    do args.push(nested(reader, () => parseArgument(reader, names, isProperty(name, args.length))));
    while (reader.accept(","));
    reader.expect(")", "or a comma");
  }
  const call = { kind: "call", name, args, at } as const;
  for (const pattern of writtenPatterns(call)) names.countPattern(pattern, at);
  for (const fault of checkCall(call, names.prepared)) names.report(fault.code, fault.message, fault.at);
  for (const doubt of doubtsAbout(call, names.prepared)) names.warn("DATE_PATTERN_DOUBTFUL", doubt.message, doubt.at);
  noteCall(names.uses, call);
  return call;
}

/** A property of the items of a list may be written without quotes, as in `topN(items, price, 3)`. */
function parseArgument(reader: TagReader, names: Names, mayBeBare: boolean): Expression {
  const token = reader.peek();
  if (!mayBeBare || token.kind !== "name" || names.means(token.text)) return parseExpression(reader, names);
  reader.take();
  names.countExpressionPart(token.at);
  if (reader.sees(",") || reader.sees(")")) return { kind: "literal", value: token.text, at: token.at };
  if (reader.accept("(")) return parseBehind(reader, names, parseCall(reader, names, { name: token, first: null }));
  throw reader.unexpected('"," or ")" after the property');
}

function parseList(reader: TagReader, names: Names): Expression[] {
  const items: Expression[] = [];
  if (reader.accept("]")) return items;
  do items.push(nested(reader, () => parseExpression(reader, names)));
  while (reader.accept(","));
  reader.expect("]", "or a comma");
  return items;
}

function parseNumber(token: Token): number {
  const value = Number(token.text.replace("L", ""));
  if (!Number.isFinite(value)) throw syntaxFault("Expected a smaller number.", token.at);
  return value;
}

function takeOperator(reader: TagReader, names: Names): Token {
  names.countExpressionPart(reader.peek().at);
  return reader.take();
}

function nested(reader: TagReader, parse: () => Expression): Expression {
  reader.depth += 1;
  if (reader.depth > limits.expressionDepthMax)
    throw limitFault(`An expression may be nested at most ${limits.expressionDepthMax} deep.`, reader.peek().at);
  const value = parse();
  reader.depth -= 1;
  return value;
}
