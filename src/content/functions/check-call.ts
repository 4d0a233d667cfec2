import { typeOf } from "../expression-type.ts";
import { hintAbout } from "../syntax-hints.ts";
import type { Expression } from "../tree.ts";
import { type ArgumentType, argumentKinds } from "./argument-types.ts";
import { doubtAbout } from "./date-pattern.ts";
import { argumentType, type TemplateFunction, typeNames } from "./define-function.ts";
import { functions, type Prepared } from "./registry.ts";

type Call = Extract<Expression, { kind: "call" }>;
export type CallFault = {
  readonly code: "FUNCTION_UNKNOWN" | "FUNCTION_ARITY" | "FUNCTION_ARGUMENT";
  readonly message: string;
  readonly at: number;
};

/** What is wrong with a call as it is written: of variables nothing is known, so they are never wrong. */
export function checkCall({ name, args, at }: Call, prepared: Prepared): CallFault[] {
  const definition = functions.get(name);
  if (!definition) return [{ code: "FUNCTION_UNKNOWN", message: `There is no function ${name}.${suggest(name)}`, at }];
  if (args.length < definition.argumentsMin || args.length > definition.argumentsMax) {
    const message = `${name} takes ${describeCount(definition)}, but has ${args.length} here.`;
    return [{ code: "FUNCTION_ARITY", message, at }];
  }
  return args.flatMap((argument, index) => checkArgument({ definition, argument, index, prepared }));
}

type Argument = {
  readonly definition: TemplateFunction;
  readonly argument: Expression;
  readonly index: number;
  readonly prepared: Prepared;
};

function checkArgument({ definition, argument, index, prepared }: Argument): CallFault[] {
  const expected = argumentKinds[argumentType(definition, index)];
  const given = typeOf(argument);
  const isText = argument.kind === "literal" && typeof argument.value === "string";
  const found = isText ? "this text" : typeNames[given];
  const isAccepted = given === "any" || expected.accepts.includes(given);
  if (isAccepted && !(isText && expected.isReadable?.(String(argument.value), prepared) === false)) return [];
  const message = `${definition.name} takes ${expected.called} as argument ${index + 1}, but has ${found} here.`;
  return [{ code: "FUNCTION_ARGUMENT", message, at: argument.at }];
}

/** A regular expression that stands in the text: it is compiled when the call is checked. */
export function writtenPatterns({ name, args }: Call): string[] {
  const definition = functions.get(name);
  const isPattern = (index: number): boolean => !!definition && takes(definition, index, "pattern");
  return args.flatMap((argument, index) =>
    argument.kind === "literal" && typeof argument.value === "string" && isPattern(index) ? [argument.value] : [],
  );
}

/** What is odd about a date pattern that stands in the text, and where. */
export function doubtsAbout({ name, args }: Call, prepared: Prepared): { readonly message: string; readonly at: number }[] {
  const definition = functions.get(name);
  return args.flatMap((argument, index) => {
    if (!definition || argument.kind !== "literal" || !takes(definition, index, "datePattern")) return [];
    const pattern = prepared.datePattern(String(argument.value));
    const doubt = pattern && doubtAbout(pattern);
    return doubt ? [{ message: `"${argument.value}": ${doubt}`, at: argument.at }] : [];
  });
}

/** Whether a function takes the name of a property there. */
export function isProperty(name: string, index: number): boolean {
  return /^property\b/.test(functions.get(name)?.parameters[index] ?? "");
}

function takes(definition: TemplateFunction, index: number, type: ArgumentType): boolean {
  return index < definition.argumentsMax && argumentType(definition, index) === type;
}

function describeCount({ argumentsMin, argumentsMax }: TemplateFunction): string {
  if (argumentsMax === Number.POSITIVE_INFINITY) return `at least ${argumentsMin} argument${argumentsMin === 1 ? "" : "s"}`;
  if (argumentsMax === 0) return "no argument";
  const range = argumentsMin === argumentsMax ? `${argumentsMin}` : `${argumentsMin} to ${argumentsMax}`;
  return `${range} argument${argumentsMax === 1 ? "" : "s"}`;
}

/** Names are case-sensitive, which is the slip most often made. */
function suggest(name: string): string {
  const found = [...functions.keys()].find((known) => known.toLowerCase() === name.toLowerCase());
  return found === undefined ? hintAbout(name) : ` Did you mean ${found}?`;
}
