import {
  type GraphQLFieldResolver,
  type GraphQLInputType,
  type GraphQLList,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isInputType,
  isListType,
  isObjectType,
  type OperationDefinitionNode,
  typeFromAST,
} from "graphql";
import { type AppError, invalid } from "../../../base/index.ts";

/** Lists that may be longer than others, by where they are given. */
const itemsMaxByPlace: Readonly<Record<string, number>> = {
  // Longer ones are RECIPIENTS_TOO_MANY.
  "ExecuteCampaignInput.recipients": Number.POSITIVE_INFINITY,
  "Mutation.upsertProfiles.profiles": 5000,
  "Mutation.addSuppressions.entries": 5000,
  "Mutation.removeSuppressions.entries": 5000,
  "Mutation.resolveUncertain.ids": 5000,
  "Mutation.retryMessages.ids": 5000,
};
/** Of texts and objects. A list of an enum has as many as there are values. */
const itemsMaxDefault = 1000;
/** Of a variable that is a list itself, until it is known where it is used. */
const itemsMaxOfVariable = 5000;

type Check = (value: unknown, path: string) => void;

/**
 * Every list that a caller can give has a bound, without anybody having to remember it: what is made of the schema here looks at
 * the arguments of a field before it is answered, whether they came in variables or in the document.
 */
export function boundLists(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith("__")) continue;
    for (const field of Object.values(type.getFields())) {
      const checks = field.args.flatMap(({ name, type: of }) =>
        namedCheck(name, checkOf(of, `${type.name}.${field.name}.${name}`)),
      );
      if (checks.length === 0) continue;
      if (field.resolve) field.resolve = checked(field.resolve, checks);
      if (field.subscribe) field.subscribe = checked(field.subscribe, checks);
    }
  }
}

export type VariableLists = (operation: OperationDefinitionNode, variables: Readonly<Record<string, unknown>>) => void;

/** The same for variables before graphql-js reads them, item by item. Throws INPUT_INVALID. */
export function createVariableLists(schema: GraphQLSchema): VariableLists {
  const checks = new WeakMap<OperationDefinitionNode, readonly NamedCheck[]>();
  const checksOf = ({ variableDefinitions = [] }: OperationDefinitionNode): NamedCheck[] =>
    variableDefinitions.flatMap(({ variable, type }) => {
      const found = typeFromAST(schema, type as Parameters<typeof typeFromAST>[1]);
      return namedCheck(variable.name.value, isInputType(found) ? checkOf(found, null) : null);
    });
  return (operation, variables) => {
    const known = checks.get(operation) ?? checksOf(operation);
    checks.set(operation, known);
    for (const [name, check] of known) check(variables[name], name);
  };
}

type NamedCheck = readonly [name: string, check: Check];
const namedCheck = (name: string, check: Check | null): NamedCheck[] => (check ? [[name, check]] : []);

type Args = Readonly<Record<string, unknown>>;
// biome-ignore lint/suspicious/noExplicitAny: graphql-js' own type for "resolvers of any field".
type Resolver = GraphQLFieldResolver<any, any, any>;

function checked(resolve: Resolver, checks: readonly NamedCheck[]): Resolver {
  return (source, args: Args, context, info) => {
    for (const [name, check] of checks) check(args[name], name);
    return resolve(source, args, context, info);
  };
}

/** Null where no list can be. `place` is null for a variable. */
function checkOf(type: GraphQLInputType, place: string | null): Check | null {
  const given = getNullableType(type);
  if (isListType(given)) return checkOfList(given, place);
  if (!isInputObjectType(given)) return null;
  const fields = Object.values(given.getFields()).flatMap(({ name, type: of }) =>
    namedCheck(name, checkOf(of, `${given.name}.${name}`)),
  );
  if (fields.length === 0) return null;
  return (value, path) => {
    if (typeof value !== "object" || value === null) return;
    for (const [name, check] of fields) check((value as Args)[name], `${path}.${name}`);
  };
}

function checkOfList(list: GraphQLList<GraphQLInputType>, place: string | null): Check {
  const itemsMax = itemsMaxOf(list, place);
  const checkItem = checkOf(list.ofType, place);
  return (value, path) => {
    if (!Array.isArray(value)) return;
    if (value.length > itemsMax) throw tooMany(path, itemsMax);
    if (checkItem) for (const [index, item] of value.entries()) checkItem(item, `${path}[${index}]`);
  };
}

function itemsMaxOf(list: GraphQLList<GraphQLInputType>, place: string | null): number {
  if (place === null) return itemsMaxOfVariable;
  const named = getNamedType(list);
  return itemsMaxByPlace[place] ?? (isEnumType(named) ? named.getValues().length : itemsMaxDefault);
}

function tooMany(path: string, itemsMax: number): AppError {
  return invalid(
    "INPUT_INVALID",
    `The list ${path} may have ${itemsMax} entries. Leave out what is there twice, or split the call.`,
    {
      field: path,
      itemsMax,
    },
  );
}
