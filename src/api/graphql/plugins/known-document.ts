import type { ApolloServerPlugin } from "@apollo/server";
import type { ReadDocument } from "../documents/read-document.ts";
import type { HttpRequestContext } from "../shared/request-context.ts";

/** Gives Apollo the document as every door reads it, so that it does not read it once more in its own way. */
export function knownDocument(readDocument: ReadDocument): ApolloServerPlugin<HttpRequestContext> {
  return {
    async requestDidStart({ contextValue }) {
      return {
        async didResolveSource(request) {
          const document = contextValue.document ?? readDocument(request.source);
          if ("kind" in document) Object.assign(request, { document });
        },
      };
    },
  };
}
