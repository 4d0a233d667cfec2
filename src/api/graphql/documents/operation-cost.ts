import {
  type DocumentNode,
  GraphQLError,
  type GraphQLObjectType,
  type GraphQLSchema,
  isListType,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  TypeInfo,
  ValidationContext,
  valueFromASTUntyped,
  visit,
} from "graphql";
import { type ComplexityEstimator, createComplexityRule } from "graphql-query-complexity";
import { invalid } from "../../../base/index.ts";

/** What a list field counts as that takes no `first`: such lists are short. */
const shortListRows = 10;
const pageRowsDefault = 50;
const pageRowsMax = 500;
/** The whole schema is read by one field, and is long. */
const schemaCost = 1000;
/** Selections after fragments are put in their places: fragments that name one another twice grow without end. */
const selectionsMax = 5000;
/** Different sizes of one document that are remembered. */
const sizesMax = 200;

export type Variables = Readonly<Record<string, unknown>>;
/** Of an operation. Infinite for one with too many fields. */
export type OperationMeasure = (document: DocumentNode, operation: OperationDefinitionNode, variables: Variables) => number;
/** Throws for one that costs more than is allowed. */
export type OperationCost = OperationMeasure;

/** What is known of an operation once it was looked at: the variables that change its cost, and costs found so far. */
type Known = { readonly sizing: readonly string[]; readonly costs: Map<string, number> };

/**
 * What an operation may cost before it runs: one for each field of each row, by the number of rows it asks for. Executing costs
 * a look-up, however many recipients a call has.
 */
export function createOperationCost(schema: GraphQLSchema, costMax: number): OperationCost {
  const measure = createOperationMeasure(schema, estimateField);
  return (document, operation, variables) => {
    const cost = measure(document, operation, variables);
    if (cost <= costMax) return cost;
    throw tooCostly(cost, costMax);
  };
}

/** Looked at once for a document and the variables that matter. */
export function createOperationMeasure(schema: GraphQLSchema, estimator: ComplexityEstimator): OperationMeasure {
  const seen = new WeakMap<OperationDefinitionNode, Known>();

  const measure = (document: DocumentNode, operation: OperationDefinitionNode, values: Variables): number => {
    const rule = createComplexityRule({
      maximumComplexity: Number.MAX_SAFE_INTEGER,
      estimators: [estimator],
      maxQueryNodes: selectionsMax,
    });
    const visitor = rule(new ValidationContext(schema, document, new TypeInfo(schema), () => undefined));
    visitor.variableValues = values;
    try {
      return visitor.nodeComplexity(operation, rootTypeOf(schema, operation));
    } catch (error) {
      if (error instanceof GraphQLError) return Number.POSITIVE_INFINITY;
      throw error;
    }
  };

  return (document, operation, variables) => {
    let known = seen.get(operation);
    if (!known) {
      known = { sizing: sizingVariables(document, operation), costs: new Map() };
      seen.set(operation, known);
    }
    const values = valuesFor(operation, known.sizing, variables);
    const key = known.sizing.map((name) => String(values[name])).join();
    let cost = known.costs.get(key);
    if (cost === undefined) {
      cost = measure(document, operation, values);
      if (known.costs.size >= sizesMax) known.costs.clear();
      known.costs.set(key, cost);
    }
    return cost;
  };
}

function tooCostly(cost: number, costMax: number): Error {
  const shown = Number.isFinite(cost) ? `costs ${cost}` : `selects more than ${selectionsMax} fields`;
  return invalid(
    "DOCUMENT_TOO_COSTLY",
    `This operation ${shown}; a cost of ${costMax} is allowed. Ask for fewer rows with \`first\`, or for an inner list in an operation of its own.`,
    { cost: Number.isFinite(cost) ? cost : null, costMax },
  );
}

export const estimateField: ComplexityEstimator = ({ field, args, childComplexity }) => {
  if (field.name === "__schema") return schemaCost;
  const type = isNonNullType(field.type) ? field.type.ofType : field.type;
  if (field.args.some(({ name }) => name === "first")) return 1 + rowsOf(args.first) * childComplexity;
  return 1 + (isListType(type) && !isOfEdges(field.name) ? shortListRows : 1) * childComplexity;
};

/** The rows of a page are counted at the field that takes `first`. */
function isOfEdges(name: string): boolean {
  return name === "edges";
}

function rowsOf(first: unknown): number {
  // What is out of range is refused by whoever answers the field.
  return typeof first === "number" && first >= 1 ? Math.min(first, pageRowsMax) : pageRowsDefault;
}

function rootTypeOf(schema: GraphQLSchema, { operation }: OperationDefinitionNode): GraphQLObjectType | undefined {
  return schema.getRootType(operation) ?? undefined;
}

/** Variables that stand for a `first`, or decide about @skip and @include; of any operation of the document. */
function sizingVariables(document: DocumentNode, operation: OperationDefinitionNode): string[] {
  const found = new Set<string>();
  visit(document, {
    Argument({ name, value }) {
      if (value.kind === Kind.VARIABLE && (name.value === "first" || name.value === "if")) found.add(value.name.value);
    },
  });
  return (operation.variableDefinitions ?? []).map(({ variable }) => variable.name.value).filter((name) => found.has(name));
}

/** Everything else stands in as 0, unread: what it holds has no part in the cost, and may be megabytes. */
function valuesFor(operation: OperationDefinitionNode, sizing: readonly string[], variables: Variables): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const { variable, defaultValue } of operation.variableDefinitions ?? []) {
    const name = variable.name.value;
    const given = Object.hasOwn(variables, name) ? variables[name] : defaultValue && valueFromASTUntyped(defaultValue);
    const isSize = sizing.includes(name) && (typeof given === "number" || typeof given === "boolean");
    values[name] = isSize ? given : 0;
  }
  return values;
}
