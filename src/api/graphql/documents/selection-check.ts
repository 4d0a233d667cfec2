import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  valueFromASTUntyped,
} from "graphql";
import { AppError } from "../../../base/index.ts";
import type { Actor } from "../../../storage/index.ts";
import type { Precondition } from "../shared/precondition.ts";
import type { Variables } from "./operation-cost.ts";

/** A selected field with a precondition, and the directives between it and the top. */
type Demand = {
  readonly path: string;
  readonly node: FieldNode;
  readonly precondition: Precondition;
  readonly directives: readonly DirectiveNode[];
};

export type SelectionCheck = (
  actor: Actor,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Variables,
) => void;

/**
 * Refuses a mutation or a subscription for what it asks of its answer: a field that the caller may not read, a page that no
 * list has. Found out while the answer is made, it would be null although the mutation was committed. Of a query, what may be
 * read is answered beside the errors.
 */
export function createSelectionCheck(schema: GraphQLSchema): SelectionCheck {
  const known = new WeakMap<OperationDefinitionNode, readonly Demand[]>();
  return (actor, document, operation, variables) => {
    if (operation.operation === "query") return;
    let demands = known.get(operation);
    if (!demands) {
      demands = demandsOf(schema, document, operation);
      known.set(operation, demands);
    }
    if (demands.length === 0) return;
    const values = withDefaults(operation, variables);
    for (const demand of demands)
      if (demand.directives.every((directive) => isMet(directive, values))) check(demand, actor, values);
  };
}

function check({ path, node, precondition }: Demand, actor: Actor, values: Variables): void {
  const args = Object.fromEntries(
    (node.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value, values)]),
  );
  try {
    precondition({ actor }, args);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const message = `${error.message} It is about \`${path}\` in the answer. Nothing was done: leave that field out, or change it.`;
    throw new AppError(error.code, message, { ...error.details, path }, error);
  }
}

type Place = { readonly path: string; readonly directives: readonly DirectiveNode[] };
type Scope = { readonly schema: GraphQLSchema; readonly fragments: ReadonlyMap<string, FragmentDefinitionNode> };

function demandsOf(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): Demand[] {
  const fragments = document.definitions.flatMap((node) =>
    node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [],
  );
  const scope = { schema, fragments: new Map(fragments) };
  const root = schema.getRootType(operation.operation) ?? undefined;
  return [...demandsBelow(scope, root, operation.selectionSet, { path: "", directives: [] })];
}

/** Documents are validated by now: fragments exist and do not contain themselves. */
function* demandsBelow(scope: Scope, type: GraphQLNamedType | undefined, set: SelectionSetNode, place: Place): Generator<Demand> {
  for (const selection of set.selections) {
    const inner = { ...place, directives: [...place.directives, ...(selection.directives ?? [])] };
    if (selection.kind === Kind.FIELD) {
      yield* demandsOfField(scope, type, selection, inner);
      continue;
    }
    const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? scope.fragments.get(selection.name.value) : selection;
    if (!fragment) continue;
    const condition = fragment.typeCondition?.name.value;
    yield* demandsBelow(scope, condition ? scope.schema.getType(condition) : type, fragment.selectionSet, inner);
  }
}

function* demandsOfField(scope: Scope, type: GraphQLNamedType | undefined, node: FieldNode, place: Place): Generator<Demand> {
  const field = type && "getFields" in type ? type.getFields()[node.name.value] : undefined;
  if (!field) return;
  const path = place.path ? `${place.path}.${node.name.value}` : node.name.value;
  const precondition = field.extensions.precondition as Precondition | undefined;
  if (precondition) yield { path, node, precondition, directives: place.directives };
  if (node.selectionSet) yield* demandsBelow(scope, getNamedType(field.type), node.selectionSet, { ...place, path });
}

/** Only `@skip` and `@include` decide whether something is answered. */
function isMet({ name, arguments: args }: DirectiveNode, values: Variables): boolean {
  const condition = args?.find((argument) => argument.name.value === "if");
  const value = condition && valueFromASTUntyped(condition.value, values);
  if (name.value === "skip") return value !== true;
  return name.value !== "include" || value !== false;
}

function withDefaults({ variableDefinitions = [] }: OperationDefinitionNode, variables: Variables): Variables {
  const defaults = variableDefinitions.flatMap(({ variable, defaultValue }) =>
    defaultValue ? [[variable.name.value, valueFromASTUntyped(defaultValue)] as const] : [],
  );
  return { ...Object.fromEntries(defaults), ...variables };
}
