/**
 * Client: the operations of `schema/operations` as typed documents, and a small client that sends them. For programs in
 * TypeScript that call an Envoi server, and for tests. Promises: an operation that does not fit the schema fails to
 * compile; a refusal is thrown with its code.
 */
export { createEnvoiClient, EnvoiError } from "./envoi-client.ts";
export * from "./operations.generated.ts";
