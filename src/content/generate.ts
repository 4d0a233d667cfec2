import { unreachable } from "../base/index.ts";
import { functions } from "./functions/registry.ts";
import { originOf } from "./origin.ts";
import { isEscaped, isGuarded, type PrintPlace } from "./print-place.ts";
import type { EachNode, Expression, IfNode, PathExpression, TemplateNode } from "./tree.ts";

/** One piece of a template as Eta takes it: code that runs, a value printed raw, a value printed escaped. */
export type TemplatePart = { readonly t: "e" | "r" | "i"; readonly val: string };

/**
 * Turns a tree into the parts that Eta compiles. Nothing that an author or a recipient wrote becomes code: their
 * texts and names appear only as constants made by `JSON.stringify`, and every other word is one of this file,
 * a member of `Runtime`, or a letter with the number of a local.
 */
export function generateParts(nodes: readonly TemplateNode[], places: Places = new Map()): TemplatePart[] {
  const generator = new Generator(places);
  const parts = generator.parts(nodes);
  return generator.temporaries.length === 0 ? parts : [run(`let ${generator.temporaries.join(",")};`), ...parts];
}

/** Of the tags that do not print into text, by their offsets. */
type Places = ReadonlyMap<number, PrintPlace>;

/** How a value is used: what is printed must not be absent; what only decides may be. */
type Use = "printed" | "deciding";

class Generator {
  /** A local for the left side of each fallback, which is looked at before it is taken. */
  readonly temporaries: string[] = [];
  readonly #places: Places;
  /** Calls of the runtime so far: they are what takes time. */
  #calls = 0;

  constructor(places: Places) {
    this.#places = places;
  }

  parts(nodes: readonly TemplateNode[]): TemplatePart[] {
    return nodes.flatMap((node) => this.#partsOf(node));
  }

  #partsOf(node: TemplateNode): TemplatePart[] {
    switch (node.kind) {
      case "text":
        return [{ t: "r", val: JSON.stringify(node.text) }];
      case "print":
        return [this.#printPart(node, this.#places.get(node.at))];
      case "let":
        return [run(`${node.declares ? "let " : ""}v${node.local.id}=${this.#code(node.value, "printed")};`)];
      case "if":
        return this.#ifParts(node);
      case "each":
        return this.#eachParts(node);
      case "with": {
        const item = `v${node.item.id}`;
        const head = `{const ${item}=${this.#code(node.source, "deciding")};if(${this.#rt("present", item)}){`;
        const otherwise = node.otherwise === null ? [] : [run("}else{"), ...this.parts(node.otherwise)];
        return [run(head), ...this.parts(node.body), ...otherwise, run("}}")];
      }
      default:
        return unreachable(node);
    }
  }

  /** Nobody reads a comment: there, nothing can be missing. */
  #printPart({ value, raw, at }: Extract<TemplateNode, { kind: "print" }>, place: PrintPlace | undefined): TemplatePart {
    const code = place === "comment" ? this.#rt("unread", this.#code(value, "deciding")) : this.#code(value, "printed");
    const guarded = isGuarded(place) ? this.#rt("guard", JSON.stringify(place), code, `${at}`) : code;
    return { t: isEscaped(place, raw) ? "i" : "r", val: this.#rt("text", guarded, `${at}`, "__eta.res.length") };
  }

  #ifParts(node: IfNode): TemplatePart[] {
    const branches = node.branches.flatMap(({ condition, body }, index) => [
      run(`${index === 0 ? "" : "}else "}if(${this.#truthCode(condition)}){`),
      ...this.parts(body),
    ]);
    const otherwise = node.otherwise === null ? [] : [run("}else{"), ...this.parts(node.otherwise)];
    return [...branches, ...otherwise, run("}")];
  }

  #eachParts(node: EachNode): TemplatePart[] {
    const list = `l${node.item.id}`;
    const [item, index, last] = [node.item, node.index, node.last].map(({ id }) => `v${id}`);
    const source = this.#code(node.source, "deciding");
    const callsBefore = this.#calls;
    const body = this.parts(node.body);
    const steps = 2 + this.#calls - callsBefore;
    const head = `{const ${list}=${this.#rt("items", source, `${steps}`, `${node.at}`)};`;
    const isLast = `${index}===${list}.length-1`;
    const loop = `for(let ${index}=0;${index}<${list}.length;${index}++){const ${item}=${this.#rt("own", list, `${index}`)},${last}=${isLast};`;
    const end = `${this.#rt("checkOutput", "__eta.res.length", `${node.at}`)};}`;
    if (node.otherwise === null) return [run(head + loop), ...body, run(`${end}}`)];
    const empty = [run(`${end}if(${list}.length===0){`), ...this.parts(node.otherwise), run("}}")];
    return [run(head + loop), ...body, ...empty];
  }

  #code(expression: Expression, use: Use): string {
    const { kind, at } = expression;
    switch (kind) {
      case "literal":
        return JSON.stringify(expression.value);
      case "array":
        return this.#rt("list", `[${expression.items.map((item) => this.#code(item, use)).join(",")}]`);
      case "path":
        return this.#pathCode(expression, use);
      case "part":
        return this.#partCode(expression, use);
      case "call":
        return this.#callCode(expression, use);
      case "not":
        return `!${this.#truthCode(expression.value)}`;
      case "negate":
        return this.#rt("negate", this.#code(expression.value, use), `${at}`);
      case "comparison": {
        const operands = [expression.left, expression.right].map((operand) => this.#code(operand, "deciding"));
        if (expression.operator === "=" || expression.operator === "!=")
          return this.#rt(expression.operator === "=" ? "equal" : "differ", ...operands, `${at}`);
        return this.#rt("compare", JSON.stringify(expression.operator), ...operands, `${at}`);
      }
      case "logic": {
        const operator = expression.operator === "and" ? "&&" : "||";
        return `(${this.#truthCode(expression.left)}${operator}${this.#truthCode(expression.right)})`;
      }
      case "arithmetic": {
        const operands = [expression.left, expression.right].map((operand) => this.#code(operand, use));
        return this.#rt("calculate", JSON.stringify(expression.operator), ...operands, `${at}`);
      }
      case "fallback": {
        // The left side only decides. The right one is looked at when it is taken: only then can it be missing.
        const value = `f${this.temporaries.length}`;
        this.temporaries.push(value);
        const left = this.#code(expression.value, "deciding");
        return `(${this.#rt("lacks", `${value}=${left}`)}?${this.#code(expression.otherwise, use)}:${value})`;
      }
      default:
        return unreachable(kind);
    }
  }

  #callCode(call: Extract<Expression, { kind: "call" }>, use: Use): string {
    const definition = functions.get(call.name);
    const args = call.args.map((argument) => this.#code(argument, definition?.asks ? "deciding" : use));
    // What is found in a profile may be absent from it, as an attribute may.
    const isFound = definition?.gives === "item" || definition?.gives === "value";
    const mayBeNothing = use === "deciding" || (isFound && originOf(call, "")?.root === "profile");
    return this.#rt(mayBeNothing ? "call" : "callToPrint", JSON.stringify(call.name), `${call.at}`, ...args);
  }

  #partCode(expression: Extract<Expression, { kind: "part" }>, use: Use): string {
    const { owner, parts, at } = expression;
    const value = parts.reduce((code, part) => this.#own(code, part), this.#code(owner, use));
    const origin = originOf(expression, "");
    if (use === "deciding" || origin?.root === "profile") return value;
    return origin ? this.#rt("need", value, JSON.stringify(origin.name)) : this.#rt("result", value, `${at}`);
  }

  #truthCode(expression: Expression): string {
    const code = this.#code(expression, "deciding");
    return expression.kind === "logic" || expression.kind === "not" ? code : this.#rt("truth", code);
  }

  #pathCode(path: PathExpression, use: Use): string {
    const { root, parts, origin } = path;
    const value = parts.reduce((owner, part) => this.#own(owner, part), this.#rootCode(root, use));
    const isLet = typeof root !== "string" && root.kind === "let" && parts.length === 0;
    if (use === "deciding" || isLet || origin?.root !== "context") return value;
    return this.#rt("need", value, JSON.stringify(origin.name));
  }

  #rootCode(root: PathExpression["root"], use: Use): string {
    if (typeof root === "string") return `__rt.${root}`;
    return root.kind === "let" && use === "deciding" ? this.#rt("deciding", `v${root.id}`) : `v${root.id}`;
  }

  #own(owner: string, part: string): string {
    return this.#rt("own", owner, JSON.stringify(part));
  }

  #rt(member: string, ...args: readonly string[]): string {
    this.#calls += 1;
    return `__rt.${member}(${args.join(",")})`;
  }
}

function run(val: string): TemplatePart {
  return { t: "e", val };
}
