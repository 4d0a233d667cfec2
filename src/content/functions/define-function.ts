import type { ArgumentType, ArgumentValues } from "./argument-types.ts";
import type { FunctionContext } from "./function-context.ts";

/** As TypeScript writes it: `text: text`; `end?: number` may be left out; `...more: text`, last, takes any number. */
type Parameter = `${string}: ${ArgumentType}`;

type ValuesOf<Parameters extends readonly Parameter[]> = Parameters extends readonly [infer First, ...infer Rest]
  ? Rest extends readonly Parameter[]
    ? [...ValueOf<First>, ...ValuesOf<Rest>]
    : never
  : [];
type ValueOf<P> = P extends `...${string}: ${infer T extends ArgumentType}`
  ? ArgumentValues[T][]
  : P extends `${string}?: ${infer T extends ArgumentType}`
    ? [ArgumentValues[T]?]
    : P extends `${string}: ${infer T extends ArgumentType}`
      ? [ArgumentValues[T]]
      : never;

/** What a value is, as far as an author's text shows it. */
export type ValueType = "text" | "number" | "boolean" | "list" | "map" | "date" | "any";

/** As sentences for authors call them. */
export const typeNames: Readonly<Record<ValueType, string>> = {
  text: "a text",
  number: "a number",
  boolean: "true or false",
  list: "a list",
  map: "an object",
  date: "a date-time",
  any: "a value",
};

export type TemplateFunction = {
  readonly name: string;
  readonly parameters: readonly string[];
  /** The type of each parameter; the last one repeats when the function takes any number of arguments. */
  readonly argumentTypes: readonly ArgumentType[];
  readonly returns: ValueType;
  /** One line for the reference page. */
  readonly doc: string;
  /** A call, and what it prints. */
  readonly example: readonly [call: string, result: string];
  readonly argumentsMin: number;
  readonly argumentsMax: number;
  /** It asks about its arguments, as a condition does: a variable of the context that is absent there is not missing. */
  readonly asks: boolean;
  /** It asks whether there is a value: of an expression that has none it says so. */
  readonly asksForNothing: boolean;
  /** What it gives is found in its first argument: an item, some of the items, or what a key leads to. */
  readonly gives: "item" | "items" | "value" | null;
  /** What a call costs beside its arguments, measured: a step is worth a tenth of a microsecond. */
  readonly steps: number;
  /** `args` were counted and read as `argumentTypes` says. */
  readonly apply: (context: FunctionContext, ...args: never[]) => unknown;
};

type Definition<Parameters extends readonly Parameter[]> = {
  readonly name: string;
  readonly parameters: Parameters;
  readonly returns: ValueType;
  readonly doc: string;
  readonly example: readonly [call: string, result: string];
  readonly argumentsMax?: number;
  /** For functions that count or test what is absent; those that give a boolean always ask. */
  readonly asks?: boolean;
  readonly asksForNothing?: boolean;
  readonly gives?: TemplateFunction["gives"];
  /** Of a function that is slower than most. */
  readonly steps?: number;
} & (
  | {
      /** Pure, quick, and total: nothing (`undefined`) when there is no answer. Of arguments that are all there, that excludes. */
      readonly apply: (...args: ValuesOf<Parameters>) => unknown;
    }
  | {
      /** The same for functions that need the present instant, or whose work is more than reading their arguments. */
      readonly applyIn: (context: FunctionContext, ...args: ValuesOf<Parameters>) => unknown;
    }
);

/** One entry of a family: the number of arguments follows from the parameters, and their types bind `apply`. */
export function defineFunction<const Parameters extends readonly Parameter[]>(
  definition: Definition<Parameters>,
): TemplateFunction {
  const { name, parameters, returns, doc, example } = definition;
  const isOpen = parameters.at(-1)?.startsWith("...") === true;
  return {
    name,
    parameters,
    returns,
    doc,
    example,
    argumentTypes: parameters.map((parameter) => parameter.slice(parameter.indexOf(": ") + 2) as ArgumentType),
    argumentsMin: parameters.filter((parameter) => !/^\.\.\.|\?:/.test(parameter)).length,
    argumentsMax: definition.argumentsMax ?? (isOpen ? Number.POSITIVE_INFINITY : parameters.length),
    asks: returns === "boolean" || definition.asks === true,
    asksForNothing: definition.asksForNothing === true,
    gives: definition.gives ?? null,
    steps: definition.steps ?? 0,
    apply: implementationOf(definition),
  };
}

function implementationOf<Parameters extends readonly Parameter[]>(
  definition: Definition<Parameters>,
): TemplateFunction["apply"] {
  if ("applyIn" in definition) return definition.applyIn as TemplateFunction["apply"];
  const apply = definition.apply as (...args: never[]) => unknown;
  return (_context, ...args) => apply(...args);
}

/** The type of the argument at `index`, where the last parameter repeats. */
export function argumentType(definition: TemplateFunction, index: number): ArgumentType {
  return definition.argumentTypes[index] ?? definition.argumentTypes.at(-1) ?? "any";
}
