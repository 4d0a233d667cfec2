/** What an argument is read as, before the implementation sees it. */
type Arguments = {
  /** Printed form: a number or boolean as text; nothing, an object or a list as "". */
  text: string;
  /** A number, or text that is one; everything else is NaN. */
  number: number;
  /** As it is. */
  any: unknown;
};

type ArgumentType = keyof Arguments;
/** `text?` may be left out; `text...`, last, takes any number of arguments. */
type Parameter = ArgumentType | `${ArgumentType}?` | `${ArgumentType}...`;

type ValuesOf<Parameters extends readonly Parameter[]> = Parameters extends readonly [infer First, ...infer Rest]
  ? Rest extends readonly Parameter[]
    ? [...ValueOf<First>, ...ValuesOf<Rest>]
    : never
  : [];
type ValueOf<P> = P extends ArgumentType
  ? [Arguments[P]]
  : P extends `${infer T extends ArgumentType}?`
    ? [Arguments[T]?]
    : P extends `${infer T extends ArgumentType}...`
      ? Arguments[T][]
      : never;

export type TemplateFunction = {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  /** What it gives, for the reference page. */
  readonly returns: "text" | "number" | "boolean" | "list" | "any";
  /** One line for the reference page. */
  readonly doc: string;
  readonly argumentsMin: number;
  readonly argumentsMax: number;
  /** `args` were counted and read as `parameters` says. */
  readonly apply: (...args: never[]) => unknown;
};

type Definition<Parameters extends readonly Parameter[]> = {
  readonly name: string;
  readonly parameters: Parameters;
  readonly returns: TemplateFunction["returns"];
  readonly doc: string;
  /** Pure, quick, and total: no clock, no randomness; nothing (`undefined`) when there is no answer. */
  readonly apply: (...args: ValuesOf<Parameters>) => unknown;
};

/** One entry of a family: the number of arguments follows from the parameters, and their types bind `apply`. */
export function defineFunction<const Parameters extends readonly Parameter[]>(
  definition: Definition<Parameters>,
): TemplateFunction {
  const { parameters } = definition;
  const required = parameters.filter((parameter) => !/[?.]$/.test(parameter)).length;
  const isOpen = parameters.at(-1)?.endsWith("...") === true;
  return {
    ...definition,
    apply: definition.apply as TemplateFunction["apply"],
    argumentsMin: required,
    argumentsMax: isOpen ? Number.POSITIVE_INFINITY : parameters.length,
  };
}

/** The type of the argument at `index`, where the last parameter repeats. */
export function argumentType(definition: TemplateFunction, index: number): ArgumentType {
  const parameter = definition.parameters[index] ?? definition.parameters.at(-1) ?? "any";
  return parameter.replace(/[?.]+$/, "") as ArgumentType;
}
