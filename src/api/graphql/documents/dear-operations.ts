import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from "graphql";
import type { ComplexityEstimator } from "graphql-query-complexity";
import { createOperationMeasure, estimateField, type Variables } from "./operation-cost.ts";

/** Whether the answer to an operation would keep the loop for some milliseconds or more. */
export type IsDear = (document: DocumentNode, operation: OperationDefinitionNode, variables: Variables) => boolean;

/** Of short fields, about 20 ms of a processor. A page of 500 with ten of them stays on the loop. */
const dearWeight = 7000;
/** Up to 200 kB of text each. */
const textWeight = 100;
const textFields = new Set(["html", "compiledHtml", "text", "body", "content", "contextSchema", "before", "after"]);
/** A millisecond each: content is read and checked, or written anew. */
const checkWeight = 300;
const checkedFields = new Set(["review", "sampleRequests"]);

export function createIsDear(schema: GraphQLSchema): IsDear {
  const weigh = createOperationMeasure(schema, weighField);
  return (document, operation, variables) =>
    operation.operation !== "subscription" && weigh(document, operation, variables) > dearWeight;
}

/** As its cost, with what its value takes on top. */
const weighField: ComplexityEstimator = (options) => {
  const { field, childComplexity } = options;
  const isText = childComplexity === 0 && textFields.has(field.name);
  return (isText ? textWeight : 0) + (checkedFields.has(field.name) ? checkWeight : 0) + (estimateField(options) ?? 0);
};
