import { checkCall, writtenPatterns } from "./functions/check-call.ts";
import { limits } from "./limits.ts";
import type { Names } from "./names.ts";
import type { TagReader, Token } from "./tag-reader.ts";
import { limitFault, syntaxFault } from "./template-fault.ts";
import type { ArithmeticOperator, ComparisonOperator, Expression } from "./tree.ts";
import { noteCall, noteNumbers, noteWanted } from "./wanted-values.ts";

const comparisons: readonly ComparisonOperator[] = ["=", "!=", ">=", "<=", ">", "<"];
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

/** `profile.name`, `this.name`, `@index`, an alias or a `let`. */
export function parsePath(reader: TagReader, names: Names): Expression {
  const at = reader.peek().at;
  names.countExpressionPart(at);
  if (reader.accept("@")) return names.resolve(`@${reader.expectName("index after @").text}`, [], at);
  const root = reader.expectName("a variable, such as profile.name");
  return names.resolve(root.text, parseParts(reader), at);
}

function parseParts(reader: TagReader): string[] {
  const parts: string[] = [];
  while (reader.accept(".")) {
    const token = reader.peek();
    if (token.kind !== "name" && token.kind !== "quoted")
      throw reader.unexpected("a name after the dot (a number or other characters stand between backticks)");
    parts.push(reader.take().text);
  }
  return parts;
}

function parseOr(reader: TagReader, names: Names): Expression {
  let left = parseAnd(reader, names);
  while (reader.sees("or")) {
    const { at } = takeOperator(reader, names);
    left = { kind: "logic", operator: "or", left, right: parseAnd(reader, names), at };
  }
  return left;
}

function parseAnd(reader: TagReader, names: Names): Expression {
  let left = parseNot(reader, names);
  while (reader.sees("and")) {
    const { at } = takeOperator(reader, names);
    left = { kind: "logic", operator: "and", left, right: parseNot(reader, names), at };
  }
  return left;
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
    noteWanted(names.uses, left, "number");
    noteWanted(names.uses, right, "number");
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
  noteWanted(names.uses, value, "number");
  return { kind: "negate", value, at };
}

function parseValue(reader: TagReader, names: Names): Expression {
  const token = reader.peek();
  if (token.kind === "name") return parseNamed(reader, names);
  if (reader.sees("@")) return parsePath(reader, names);
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
  if (reader.accept("[")) return { kind: "array", items: parseList(reader, names, "]"), at: token.at };
  throw reader.unexpected("a value");
}

function parseNamed(reader: TagReader, names: Names): Expression {
  const token = reader.take();
  names.countExpressionPart(token.at);
  if (token.text === "true" || token.text === "false") return { kind: "literal", value: token.text === "true", at: token.at };
  if (token.text === "null") return { kind: "literal", value: null, at: token.at };
  if (reader.accept("(")) return parseCall(reader, names, token);
  return names.resolve(token.text, parseParts(reader), token.at);
}

function parseCall(reader: TagReader, names: Names, { text: name, at }: Token): Expression {
  const call = { kind: "call", name, args: parseList(reader, names, ")"), at } as const;
  for (const pattern of writtenPatterns(call)) names.countPattern(pattern, at);
  for (const fault of checkCall(call, names.prepared)) names.report(fault.code, fault.message, fault.at);
  noteCall(names.uses, call);
  return call;
}

function parseList(reader: TagReader, names: Names, closer: string): Expression[] {
  const items: Expression[] = [];
  if (reader.accept(closer)) return items;
  do items.push(nested(reader, () => parseExpression(reader, names)));
  while (reader.accept(","));
  reader.expect(closer, "or a comma");
  return items;
}

function parseNumber(token: Token): number {
  const value = Number(token.text);
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
