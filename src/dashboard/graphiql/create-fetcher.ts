import { createGraphiQLFetcher, type Fetcher } from "@graphiql/toolkit";
import { GraphQLError } from "graphql";
import type { Client } from "graphql-ws";
import { httpUrl } from "./endpoint.ts";
import { createFetchWithKey } from "./fetch-with-key.ts";

/** Queries and mutations over HTTP, subscriptions over the given client. */
export function createFetcher(key: string, wsClient: Client): Fetcher {
  const fetcher = createGraphiQLFetcher({
    url: httpUrl,
    fetch: createFetchWithKey(key),
    wsClient,
    // The server sends no multipart answers.
    enableIncrementalDelivery: false,
  });
  return async (operation, options) => {
    try {
      return await fetcher(operation, options);
    } catch (error) {
      // Thrown, it would be printed with its stack, which here is a list of positions in minified files.
      return { errors: [new GraphQLError(error instanceof Error ? error.message : String(error))] };
    }
  };
}
