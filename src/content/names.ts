import { invariant } from "../base/index.ts";
import { typeOf } from "./expression-type.ts";
import { formatPath } from "./format-path.ts";
import { compileCost } from "./functions/pattern.ts";
import { Prepared } from "./functions/registry.ts";
import type { IssueCode } from "./issue-codes.ts";
import { limits } from "./limits.ts";
import { extend, originOf, together } from "./origin.ts";
import { hintAbout } from "./syntax-hints.ts";
import { limitFault, syntaxFault, TemplateFault } from "./template-fault.ts";
import type { DataRoot, Expression, Local, Origin, PathExpression } from "./tree.ts";
import type { Wanted } from "./wanted-values.ts";

/** A variable that the template reads: where first, whether anywhere outside a condition, and whether as a list. */
export type Use = Origin & {
  readonly at: number;
  asValue: boolean;
  isPrinted: boolean;
  isList: boolean;
  /** What functions and operators take it for; of a list, what they take its items for. */
  wanted: Wanted;
  items: Wanted;
  /** Keys and properties that functions read in it by name. */
  readonly inside: Map<string, Wanted>;
};

/** What a loop knows of the item at hand: `@index` and `@first`, and `@last`. */
export type Loop = { readonly index: Local; readonly last: Local };

type Scope = {
  readonly lets: Map<string, Local>;
  self: Local | null;
  loop: Loop | null;
  /** Of a fragment: the names around it mean nothing in it. */
  readonly isFragment?: true;
};

const reserved = new Set("profile context message this true false null and or not as let if unless each with else".split(" "));
const forbiddenParts = new Set(["__proto__", "prototype", "constructor"]);
const messageParts = new Set(["id", "unsubscribeUrl"]);
const loopNames = new Set(["index", "first", "last"]);
const localTypes = { let: "any", alias: "any", index: "number", last: "boolean" } as const;

/** What a template's names mean, block by block; notes every variable used and every name that means nothing. */
export class Names {
  readonly faults: TemplateFault[] = [];
  /** What is allowed, and most likely not meant. */
  readonly warnings: TemplateFault[] = [];
  readonly uses = new Map<string, Use>();
  /** By the place of its tag, the name of every fragment. */
  readonly fragments = new Map<number, string>();
  /** Set while a condition is read: a variable that only decides is not one that is printed. */
  inCondition = false;
  /** What the checks of functions make of locales, patterns and the like: once for all tags. */
  readonly prepared = new Prepared();
  #scopes: Scope[] = [{ lets: new Map(), self: null, loop: null }];
  #idLast = 0;
  #expressionParts = 0;
  #patternParts = 0;

  get isFull(): boolean {
    return this.faults.length >= limits.issuesMax;
  }

  report(code: IssueCode, message: string, at: number): void {
    if (!this.isFull) this.faults.push(new TemplateFault(code, message, at));
  }

  warn(code: IssueCode, message: string, at: number): void {
    if (this.warnings.length < limits.issuesMax) this.warnings.push(new TemplateFault(code, message, at));
  }

  enter(): void {
    const { self, loop } = this.#scope;
    this.#scopes.push({ lets: new Map(), self, loop });
  }

  /** A fragment means the same wherever it stands: it neither sees nor changes the names around it. */
  enterFragment(): void {
    this.#scopes.push({ lets: new Map(), self: null, loop: null, isFragment: true });
  }

  /** With the blocks in it that were never closed. */
  leaveFragment(): void {
    while (!this.#scope.isFragment) this.leave();
    this.leave();
  }

  leave(): void {
    this.#scopes.pop();
  }

  countExpressionPart(at: number): void {
    this.#expressionParts += 1;
    if (this.#expressionParts > limits.expressionPartsMax)
      throw limitFault(`A template may have at most ${limits.expressionPartsMax} values and operators.`, at);
  }

  /** Before the regular expression is compiled, which takes time by its size. */
  countPattern(text: string, at: number): void {
    this.#patternParts += compileCost(text);
    if (this.#patternParts > limits.patternPartsMax)
      throw limitFault(`The regular expressions of a template may have at most ${limits.patternPartsMax} parts together.`, at);
  }

  createLocal(kind: Local["kind"], name: string): Local {
    this.#idLast += 1;
    return { kind, id: this.#idLast, name, origin: null, type: localTypes[kind] };
  }

  /** Makes `this`, and the alias if there is one, mean `item` in the block at hand. */
  bindItem(item: Local, source: Expression, alias: { readonly text: string; readonly at: number } | null): void {
    item.origin = originOf(source, alias?.text ?? "this");
    this.#scope.self = item;
    if (alias === null) return;
    checkNameIsFree(alias.text, alias.at);
    item.name = alias.text;
    this.#scope.lets.set(alias.text, item);
  }

  /** A loop goes through this value. */
  noteList(source: Expression): void {
    const use = source.kind === "path" && source.origin ? this.uses.get(source.origin.name) : undefined;
    if (use) use.isList = true;
  }

  bindLoop(loop: Loop): void {
    this.#scope.loop = loop;
  }

  /** A `let` gives a new value to a `let` of that name in sight, so that a loop can sum up; else it makes one. */
  bindLet(name: string, value: Expression, at: number): { local: Local; declares: boolean } {
    checkNameIsFree(name, at);
    const known = this.#find(name);
    const origin = originOf(value, name);
    if (known?.kind === "let") {
      // Inside a block that may be left out, or gone through again, the name may keep what it had.
      const isCertain = this.#scope.lets.get(name) === known;
      known.origin = isCertain ? origin : together(name, [known.origin, origin]);
      if (known.type !== typeOf(value)) known.type = "any";
      return { local: known, declares: false };
    }
    const local = this.createLocal("let", name);
    local.origin = origin;
    local.type = typeOf(value);
    this.#scope.lets.set(name, local);
    return { local, declares: true };
  }

  /** The meaning of `root.part.part`; a name without meaning is reported, and something stands in for it. */
  resolve({ text: root, at }: { readonly text: string; readonly at: number }, parts: readonly string[], hint = ""): Expression {
    if (!this.checkParts(parts, at)) return nothingKnown(at);
    if (root === "profile" || root === "context" || root === "message") return this.#data(root, parts, at);
    const local = root === "this" ? this.#scope.self : this.#find(root);
    if (!local) return this.#unknown(unknownRoot(root) + hint, at);
    const origin = local.origin && extend(local.origin, parts);
    return this.#path({ kind: "path", root: local, parts, origin, at });
  }

  /** The meaning of `@index`, `@first` or `@last`. */
  resolveLoop(name: string, at: number): Expression {
    if (!loopNames.has(name)) return this.#unknown(`There is no @${name}: a loop has @index, @first and @last.`, at);
    const { loop } = this.#scope;
    if (!loop) return this.#unknown(unknownRoot(`@${name}`), at);
    const root = name === "last" ? loop.last : loop.index;
    const value: Expression = { kind: "path", root, parts: [], origin: null, at };
    if (name !== "first") return value;
    return { kind: "comparison", operator: "=", left: value, right: { kind: "literal", value: 0, at }, at };
  }

  /** Whether all of them may be read; if not, that is reported. */
  checkParts(parts: readonly string[], at: number): boolean {
    const forbidden = parts.find((part) => forbiddenParts.has(part));
    if (forbidden === undefined) return true;
    this.report("VARIABLE_UNKNOWN", `"${forbidden}" cannot be part of a variable.`, at);
    return false;
  }

  /** Whether a variable may begin with this name, or a value be written so. */
  means(name: string): boolean {
    return reserved.has(name) || this.#find(name) !== undefined;
  }

  #data(root: DataRoot, parts: readonly string[], at: number): Expression {
    const [first] = parts;
    if (first === undefined) return this.#unknown(`"${root}" is not a value: name one of its parts, as in ${root}.name.`, at);
    if (root === "message" && !(messageParts.has(first) && parts.length === 1))
      return this.#unknown(`Unknown variable ${formatPath(root, parts)}: there are message.id and message.unsubscribeUrl.`, at);
    const origin = { root, name: formatPath(root, parts), parts };
    return this.#path({ kind: "path", root, parts, origin, at });
  }

  #path(path: PathExpression): Expression {
    const { origin, at } = path;
    if (origin === null || origin.isOneOfSeveral) return path;
    if (origin.name === "context.system" || origin.name.startsWith("context.system."))
      this.report("CONTEXT_RESERVED", `${origin.name} is reserved: "system" cannot be used as a name in the context.`, at);
    const use = this.uses.get(origin.name);
    if (use) use.asValue ||= !this.inCondition;
    else {
      const unknown = { isPrinted: false, isList: false, wanted: null, items: null, inside: new Map() };
      this.uses.set(origin.name, { ...origin, at, asValue: !this.inCondition, ...unknown });
    }
    return path;
  }

  #unknown(message: string, at: number): Expression {
    this.report("VARIABLE_UNKNOWN", message, at);
    return nothingKnown(at);
  }

  #find(name: string): Local | undefined {
    for (let depth = this.#scopes.length - 1; depth >= 0; depth -= 1) {
      const scope = this.#scopes[depth];
      const local = scope?.lets.get(name);
      if (local || scope?.isFragment) return local;
    }
    return undefined;
  }

  get #scope(): Scope {
    const scope = this.#scopes.at(-1);
    invariant(scope, "a block of a template was left twice");
    return scope;
  }
}

/** Stands in for a name that means nothing. */
function nothingKnown(at: number): Expression {
  return { kind: "literal", value: 0, at };
}

function checkNameIsFree(name: string, at: number): void {
  if (reserved.has(name)) throw syntaxFault(`"${name}" is a word of the language: choose another name.`, at);
}

function unknownRoot(root: string): string {
  if (root === "this" || root.startsWith("@")) return `"${root}" has a meaning only inside {{#each}}.`;
  const known = "a variable begins with profile, context or message, or is named by let, each or with";
  return `Unknown variable ${root}: ${known}.${hintAbout(root)}`;
}
