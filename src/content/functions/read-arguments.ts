import { argumentKinds } from "./argument-types.ts";
import { argumentType, type TemplateFunction } from "./define-function.ts";
import type { FunctionContext } from "./function-context.ts";

/** What a call costs beside the step that every part of an expression is, and what its texts cost. */
const stepsPerCall = 5;
const charactersPerStep = 16;

/** The arguments as `definition` wants them, their length charged. */
export function readArguments(definition: TemplateFunction, args: readonly unknown[], context: FunctionContext): never[] {
  let characters = 0;
  let items = 0;
  const values = args.map((argument, index) => {
    const value = argumentKinds[argumentType(definition, index)].read(argument, context);
    if (typeof value === "string") characters += value.length;
    else if (Array.isArray(value)) {
      items += value.length;
      characters += countCharacters(value);
    }
    return value;
  });
  context.checkLength(characters);
  context.charge(stepsPerCall + definition.steps + items + characters / charactersPerStep);
  return values as never[];
}

function countCharacters(items: readonly unknown[]): number {
  let characters = 0;
  for (const item of items) if (typeof item === "string") characters += item.length;
  return characters;
}
