import type { ArgumentType } from "./functions/argument-types.ts";
import { argumentType, type TemplateFunction } from "./functions/define-function.ts";
import { functions } from "./functions/registry.ts";
import type { Use } from "./names.ts";
import { originOf } from "./origin.ts";
import type { Expression } from "./tree.ts";

/** What a variable has to be so that what the content does with it prints something; null where any text will do. */
export type Wanted = Exclude<ArgumentType, "text" | "list" | "any" | "pattern" | "numeral" | "quantity"> | null;

type Uses = ReadonlyMap<string, Use>;
type Call = Extract<Expression, { kind: "call" }>;

/** Functions that take any text, and make something only of a text of some form. */
const formsOfTexts: Readonly<Record<string, Wanted>> = { stringToNumber: "number", stringToDate: "date", toDateTime: "date" };

/** Notes at each variable among the arguments of a call what the function takes there. */
export function noteCall(uses: Uses, { name, args }: Call): void {
  const definition = functions.get(name);
  if (!definition || args.length > definition.argumentsMax) return;
  args.forEach((argument, index) => {
    const type = argumentType(definition, index);
    if (type === "list" || type === "map")
      for (const one of waysOf(argument)) noteInside(uses, { definition, argument: one, property: args[index + 1], type });
    else if (index === 0 && formsOfTexts[name]) noteWanted(uses, argument, formsOfTexts[name]);
    else noteWanted(uses, argument, wantedFor(type));
  });
}

function wantedFor(type: ArgumentType): Wanted {
  if (type === "numeral" || type === "quantity") return "number";
  return type === "text" || type === "list" || type === "any" || type === "pattern" ? null : type;
}

/** Through a fallback, both sides. */
export function noteWanted(uses: Uses, value: Expression, wanted: Wanted): void {
  for (const one of waysOf(value)) {
    const use = one.kind === "path" && one.origin ? uses.get(one.origin.name) : undefined;
    if (use) use.wanted ??= wanted;
  }
}

/** Notes each variable that is printed as it is. */
export function notePrinted(uses: Uses, value: Expression): void {
  for (const one of waysOf(value)) {
    const use = one.kind === "path" && one.origin ? uses.get(one.origin.name) : undefined;
    if (use) use.isPrinted = true;
  }
}

function waysOf(value: Expression): readonly Expression[] {
  return value.kind === "fallback" ? [...waysOf(value.value), ...waysOf(value.otherwise)] : [value];
}

/** Beside a number that is written in the template, a variable is one. */
export function noteNumbers(uses: Uses, left: Expression, right: Expression): void {
  for (const [side, other] of [[left, right] as const, [right, left] as const])
    if (other.kind === "literal" && typeof other.value === "number") noteWanted(uses, side, "number");
}

type Inside = {
  readonly definition: TemplateFunction;
  readonly argument: Expression;
  readonly property: Expression | undefined;
  readonly type: "list" | "map";
};

/** A list or a map, and what is read inside it: a property with numbers, or the value of a key. */
function noteInside(uses: Uses, { definition, argument, property, type }: Inside): void {
  const use = uses.get(originOf(argument, "")?.name ?? "");
  if (!use) return;
  if (type === "map") {
    use.wanted ??= "map";
    if (definition.name === "get") use.inside.set(keyOf(property), use.inside.get(keyOf(property)) ?? null);
    return;
  }
  use.isList = true;
  const namesProperty = definition.parameters.some((parameter) => parameter.startsWith("property"));
  if (!namesProperty) return;
  const name = property?.kind === "literal" ? String(property.value) : "";
  if (name === "") use.items ??= "number";
  else use.inside.set(name, "number");
}

/** A key that is itself a variable: its sample is its own name. */
function keyOf(key: Expression | undefined): string {
  if (key?.kind === "literal") return String(key.value);
  return (key?.kind === "path" && key.origin?.parts.at(-1)) || "key";
}

/** A value of the wanted form, as JSON has it; a text stands for a date-time and the like. */
export function textWanted(wanted: Wanted, name: string): string {
  switch (wanted) {
    case "number":
      return "1";
    case "boolean":
      return "true";
    case "date":
      return "2026-01-30T12:00:00Z";
    case "datePattern":
      return "dd/MM/yyyy";
    case "locale":
      return "en_US";
    case "currency":
      return "EUR";
    case "zone":
      return "Europe/Oslo";
    case "url":
      return `https://example.com/${encodeURIComponent(name)}#${encodeURIComponent(name)}`;
    case "address":
      return "ada@example.com";
    default:
      return name;
  }
}
