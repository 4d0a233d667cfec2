import type { FastifyReply } from "fastify";
import type { GraphQLError } from "graphql";
import { toPublicError } from "../error-table.ts";
import { firstErrors } from "./first-errors.ts";
import { causeOf, type ErrorSetting, toGraphqlError } from "./to-graphql-error.ts";

const graphqlJson = "application/graphql-response+json";

/** The answer to a document that cannot run, in the form that the client takes. */
export function sendFaults(reply: FastifyReply, faults: readonly GraphQLError[], setting: ErrorSetting): FastifyReply {
  const errors = firstErrors(faults.map((fault) => toGraphqlError(fault.toJSON(), fault, setting)));
  const refusal = faults.map(causeOf).find((cause) => !faults.includes(cause as GraphQLError));
  const isAsked = reply.request.headers.accept?.includes(graphqlJson);
  return reply
    .code(refusal ? toPublicError(refusal).status : 400)
    .type(`${isAsked ? graphqlJson : "application/json"}; charset=utf-8`)
    .send(JSON.stringify({ errors }));
}
