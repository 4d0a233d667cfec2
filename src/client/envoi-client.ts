import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { print } from "graphql";

export type EnvoiClient = {
  /** Sends one operation over HTTP. Throws `EnvoiError` for a refusal. */
  request<Data, Variables>(document: TypedDocumentNode<Data, Variables>, variables: Variables): Promise<Data>;
};

/** A refusal by the server: `code` is one of its catalogue, `message` says what to do. */
export class EnvoiError extends Error {
  override name = "EnvoiError";
  readonly code: string;
  readonly requestId: string;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(refusal: Refusal) {
    super(refusal.message);
    this.code = refusal.extensions.code;
    this.requestId = refusal.extensions.requestId;
    this.details = refusal.extensions.details;
  }
}

type Refusal = {
  readonly message: string;
  readonly extensions: { readonly code: string; readonly requestId: string; readonly details: Readonly<Record<string, unknown>> };
};

/** `url` is the server's address, such as http://localhost:4000; `key` the text of an API key. */
export function createEnvoiClient(options: { readonly url: string; readonly key: string }): EnvoiClient {
  return {
    async request<Data, Variables>(document: TypedDocumentNode<Data, Variables>, variables: Variables) {
      const response = await fetch(new URL("/graphql", options.url), {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${options.key}` },
        body: JSON.stringify({ query: print(document), variables }),
      });
      const { data, errors } = (await response.json()) as { data: Data; errors?: readonly Refusal[] };
      if (errors?.[0]) throw new EnvoiError(errors[0]);
      return data;
    },
  };
}
