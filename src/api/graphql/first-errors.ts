import type { GraphQLFormattedError } from "graphql";
import { errorsMax } from "../limits.ts";

/** The errors that an answer tells: those that say which limit was met before the many that a hostile document has besides. */
export function firstErrors(errors: readonly GraphQLFormattedError[]): GraphQLFormattedError[] {
  const isOfGraphql = (error: GraphQLFormattedError) => error.extensions?.code === "GRAPHQL_VALIDATION_FAILED";
  return [...errors.filter((error) => !isOfGraphql(error)), ...errors.filter(isOfGraphql)].slice(0, errorsMax);
}
