import { GraphQLDateTime, GraphQLJSON } from "graphql-scalars";

/** ISO 8601 with a time zone; answered in UTC with milliseconds. */
export const DateTime = GraphQLDateTime;
/** Any JSON value. */
export const Json = GraphQLJSON;
