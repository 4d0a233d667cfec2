import { type ASTNode, GraphQLError } from "graphql";
import type { AppError } from "../../../base/index.ts";

/** An error of the catalogue in the form that graphql-js passes on. */
export function toRefusal(error: AppError, node?: ASTNode): GraphQLError {
  return new GraphQLError(error.message, { originalError: error, ...(node ? { nodes: node } : {}) });
}
