import { type ClassType, Field, InputType, Int, ObjectType, registerEnumType } from "type-graphql";
import { isSetName, type ProviderDefinition, providerList, type Setting } from "../../../channels/index.ts";

@ObjectType("NamedValue", { description: "A value with its name, such as a header." })
export class NamedValueType {
  @Field(() => String, { description: "Its name." })
  name!: string;

  @Field(() => String, { description: "Its value." })
  value!: string;
}

@InputType({ description: "A value with its name, such as a header." })
export class NamedValueInput {
  @Field(() => String, { description: "Its name." })
  name!: string;

  @Field(() => String, { description: "Its value." })
  value!: string;
}

export type ProviderSettingsTypes = { readonly provider: string; readonly output: ClassType; readonly input: ClassType };

/** After the names of providers: who they are. */
export const providersInWords = `${providerList.map(({ name, description }) => `${name} (${description})`).join(", ")}.`;

/** The types of every provider that has settings, made from what the provider says of itself. */
export const providerSettingsTypes: readonly ProviderSettingsTypes[] = providerList
  .filter(({ settings }) => Object.keys(settings).length > 0)
  .map((definition) => ({ provider: definition.name, ...typesOf(definition) }));

function typesOf(definition: ProviderDefinition): { readonly output: ClassType; readonly input: ClassType } {
  const { name, description, settings, secrets } = definition;
  const typeName = `${name.slice(0, 1).toUpperCase()}${name.slice(1)}Settings`;
  const [output, input] = [class {}, class {}];
  ObjectType(typeName, { description: `Settings of the provider ${name} (${description}). Secrets are written, never read.` })(
    output,
  );
  InputType(`${typeName}Input`, { description: `Settings of the provider ${name}. What is absent stays as it is.` })(input);
  for (const [field, setting] of Object.entries(settings)) addSetting({ output, input, field, setting });
  for (const [field, secret] of Object.entries(secrets)) addSecret({ output, input, field, description: secret.description });
  return { output, input };
}

type Classes = { readonly output: ClassType; readonly input: ClassType; readonly field: string };

function addSetting({ output, input, field, setting }: Classes & { readonly setting: Setting }): void {
  const { description, saving, schema, isReserved = false } = setting;
  const { shown, given } = fieldTypes(setting);
  const nullable = isReserved || schema.safeParse(null).success;
  Field(() => shown, { nullable, description })(output.prototype, field);
  Field(() => given, { nullable: true, description: saving })(input.prototype, field);
}

function addSecret({ output, input, field, description }: Classes & { readonly description: string }): void {
  const isSet = `Whether there is one. Null when it was sealed with another ENVOI_SECRET.`;
  Field(() => Boolean, { nullable: true, description: isSet })(output.prototype, isSetName(field));
  const saving = `${description} Absent keeps the present one; an empty text removes it. Sealed, never readable.`;
  Field(() => String, { nullable: true, description: saving })(input.prototype, field);
}

function fieldTypes({ form }: Setting) {
  if (form === "TEXT") return both(String);
  if (form === "NUMBER") return both(Int);
  if (form === "FLAG") return both(Boolean);
  if (form === "PAIRS") return { shown: [NamedValueType], given: [NamedValueInput] };
  registerEnumType(form.values, { name: form.choice, description: form.description });
  return both(form.values);
}

function both<T>(type: T): { readonly shown: T; readonly given: T } {
  return { shown: type, given: type };
}
