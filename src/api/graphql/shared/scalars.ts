import { GraphQLScalarType } from "graphql";
import { GraphQLDateTime, GraphQLJSON, GraphQLSafeInt } from "graphql-scalars";

/** ISO 8601 with a time zone; answered in UTC with milliseconds. */
export const DateTime = GraphQLDateTime;
/** Any JSON value. */
export const Json = GraphQLJSON;
/** Of what grows for years: GraphQL's own Int ends at 2,147,483,647. Beyond 2^53 a JSON number is no longer exact. */
export const Count = new GraphQLScalarType({
  ...GraphQLSafeInt.toConfig(),
  name: "Count",
  description: "How many: a whole number of at most 9,007,199,254,740,991 (2^53 - 1), answered as a JSON number.",
});
