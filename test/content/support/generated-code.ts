import { type AnyNode, parse } from "acorn";
import { createEngine } from "../../../src/content/engine.ts";
import type { TemplatePart } from "../../../src/content/generate.ts";
import { Runtime } from "../../../src/content/runtime.ts";

/** Everything that generated code may be made of. Whatever else stands in it came from an author, and is a hole. */
const nodes = new Set(
  `Program BlockStatement IfStatement ForStatement ExpressionStatement EmptyStatement VariableDeclaration VariableDeclarator
  AssignmentExpression BinaryExpression LogicalExpression ConditionalExpression UnaryExpression UpdateExpression CallExpression MemberExpression
  ArrayExpression Identifier Literal`.split(/\s+/),
);
const roots = new Set(["__rt", "__eta"]);
const members = new Set([
  ...Object.getOwnPropertyNames(Runtime.prototype),
  "profile",
  "context",
  "message",
  "res",
  "e",
  "length",
]);
const local = /^[vlf]\d+$/;

const frame = createEngine([], true).compileToString("");
const frameEnd = frame.indexOf("if (__eta.layout) {\n");

/** What a template became: the code that Eta makes of its parts, without the frame around it that is always the same. */
function bodyOf(parts: readonly TemplatePart[], escapes: boolean): string {
  const code = createEngine(parts, escapes).compileToString("");
  const [head, tail] = [frame.slice(0, frameEnd).trimEnd(), frame.slice(frameEnd).trimStart()];
  if (frameEnd < 0 || !code.startsWith(head) || !code.trimEnd().endsWith(tail.trimEnd()))
    throw new Error("the frame is another one");
  return code.trimEnd().slice(head.length, -tail.trimEnd().length);
}

/** What stands in generated code and must not. */
export function strangeCode(parts: readonly TemplatePart[], escapes = true): string[] {
  return strangeWords(bodyOf(parts, escapes));
}

export function strangeWords(code: string): string[] {
  const found: string[] = [];
  const queue: AnyNode[] = [parse(code, { ecmaVersion: "latest" })];
  for (let node = queue.pop(); node; node = queue.pop()) {
    const fault = faultOf(node);
    if (fault !== null) found.push(fault);
    addChildren(node, queue);
  }
  return found;
}

function faultOf(node: AnyNode): string | null {
  if (!nodes.has(node.type)) return node.type;
  if (node.type === "Identifier")
    return roots.has(node.name) || members.has(node.name) || local.test(node.name) ? null : node.name;
  if (node.type === "MemberExpression") return node.computed ? "a computed member" : null;
  if (node.type !== "CallExpression") return null;
  const { callee } = node;
  return callee.type === "MemberExpression" && callee.object.type === "Identifier" && roots.has(callee.object.name)
    ? null
    : "a call";
}

function addChildren(node: AnyNode, queue: AnyNode[]): void {
  for (const value of Object.values(node)) {
    if (isNode(value)) queue.push(value);
    else if (Array.isArray(value)) for (const item of value) if (isNode(item)) queue.push(item);
  }
}

function isNode(value: { readonly type?: unknown } | null | undefined): value is AnyNode {
  return typeof value?.type === "string";
}
