import type { ValueType } from "./functions/define-function.ts";

/**
 * The checked form of a template. Every node knows the offset (`at`) of the text that it came from,
 * so that later checks can point at a line and a column.
 */
export type DataRoot = "profile" | "context" | "message";

/** Where a value comes from, however many aliases stand between: printed as `context.items.name`. */
export type Origin = {
  readonly root: DataRoot;
  readonly name: string;
  readonly parts: readonly string[];
  /** It may be one of several values, and one at least is of the context: the name is the template's own. */
  readonly isOneOfSeveral?: true;
};

/** A name that the template itself gave. Its only trace in generated code is `id`, unique in its template. */
export type Local = {
  readonly kind: "let" | "alias" | "index" | "last";
  readonly id: number;
  name: string;
  origin: Origin | null;
  /** Of a `let`, what it gives whichever way was taken. */
  type: ValueType;
};

export type ComparisonOperator = "=" | "!=" | ">" | ">=" | "<" | "<=";
export type ArithmeticOperator = "+" | "-" | "*" | "/" | "%";

export type PathExpression = {
  readonly kind: "path";
  readonly root: DataRoot | Local;
  readonly parts: readonly string[];
  readonly origin: Origin | null;
  readonly at: number;
};

export type Expression =
  | { readonly kind: "literal"; readonly value: string | number | boolean | null; readonly at: number }
  | { readonly kind: "array"; readonly items: readonly Expression[]; readonly at: number }
  | PathExpression
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Expression[]; readonly at: number }
  /** Of what a function gives, as in `head(list).name`. */
  | { readonly kind: "part"; readonly owner: Expression; readonly parts: readonly string[]; readonly at: number }
  | { readonly kind: "not"; readonly value: Expression; readonly at: number }
  | { readonly kind: "negate"; readonly value: Expression; readonly at: number }
  | BinaryExpression<"comparison", ComparisonOperator>
  | BinaryExpression<"logic", "and" | "or">
  | BinaryExpression<"arithmetic", ArithmeticOperator>
  | { readonly kind: "fallback"; readonly value: Expression; readonly otherwise: Expression; readonly at: number };

type BinaryExpression<Kind extends string, Operator extends string> = {
  readonly kind: Kind;
  readonly operator: Operator;
  readonly left: Expression;
  readonly right: Expression;
  readonly at: number;
};

export type Branch = { condition: Expression; readonly body: TemplateNode[] };

export type IfNode = {
  readonly kind: "if";
  readonly branches: Branch[];
  otherwise: TemplateNode[] | null;
  readonly at: number;
};

export type EachNode = {
  readonly kind: "each";
  source: Expression;
  readonly item: Local;
  readonly index: Local;
  /** Whether the item is the last one. */
  readonly last: Local;
  readonly body: TemplateNode[];
  /** What stands in place of a list without items. */
  otherwise: TemplateNode[] | null;
  readonly at: number;
};

export type WithNode = {
  readonly kind: "with";
  source: Expression;
  readonly item: Local;
  readonly body: TemplateNode[];
  /** What stands in place of a value that is absent. */
  otherwise: TemplateNode[] | null;
  readonly at: number;
};

export type TemplateNode =
  | { readonly kind: "text"; readonly text: string; readonly at: number }
  | { readonly kind: "print"; readonly value: Expression; readonly raw: boolean; readonly at: number }
  /** `declares`: the name is new here; otherwise a `let` of this or an outer block gets another value. */
  | { readonly kind: "let"; readonly local: Local; readonly declares: boolean; readonly value: Expression; readonly at: number }
  | IfNode
  | EachNode
  | WithNode;
