import { ErrorValue, kindOf } from "../error-value.ts";
import { isNothing } from "../values.ts";
import { argumentKinds } from "./argument-types.ts";
import { argumentType, type TemplateFunction } from "./define-function.ts";
import type { FunctionContext } from "./function-context.ts";

/** What a call costs beside the step that every part of an expression is, and what its texts cost. */
const stepsPerCall = 5;
const charactersPerStep = 16;

/** The arguments as `definition` wants them; or why one of them cannot be read so. */
export function readArguments(
  definition: TemplateFunction,
  args: readonly unknown[],
  context: FunctionContext,
): never[] | ErrorValue {
  context.charge(stepsPerCall + definition.steps);
  const given = definition.asksForNothing ? args.map(nothingOfError) : args;
  const error = ErrorValue.together(given);
  if (error) return error;
  chargeLengths(given, context);
  const errors: unknown[] = [];
  const values = given.map((argument, index) => {
    const { read, isNone, called } = argumentKinds[argumentType(definition, index)];
    const value = read(argument, context);
    if (isNone(value as never, argument) && isGiven(argument, definition))
      errors.push(context.unreadable(index, kindOf(argument), called));
    return value;
  });
  return ErrorValue.together(errors) ?? (values as never[]);
}

/** Before anything looks at what is in a text, or in the texts of a list. */
function chargeLengths(args: readonly unknown[], { charge, checkLength }: FunctionContext): void {
  let characters = 0;
  for (const argument of args) if (typeof argument === "string") characters += argument.length;
  checkLength(characters);
  for (const argument of args)
    if (Array.isArray(argument)) {
      charge(argument.length);
      for (const item of argument) if (typeof item === "string") characters += item.length;
    }
  checkLength(characters);
  charge(characters / charactersPerStep);
}

/** To a question, an empty text is as good as nothing. */
function isGiven(argument: unknown, { asks }: TemplateFunction): boolean {
  return !isNothing(argument) && !(asks && argument === "");
}

function nothingOfError(argument: unknown): unknown {
  return argument instanceof ErrorValue ? undefined : argument;
}
