import type { FastifyRequest } from "fastify";
import { type AppError, invalid } from "../../../base/index.ts";

/** What is wrong with the form of a request, before anything of it is done. */
export function requestFault({ method, headers, body }: Pick<FastifyRequest, "method" | "headers" | "body">): AppError | null {
  if (!takesJson(headers.accept))
    return invalid("INPUT_INVALID", "Answers are JSON: accept application/json or application/graphql-response+json.");
  if (method !== "POST") return null;
  if (Array.isArray(body))
    return invalid("INPUT_INVALID", "Send one operation in a request: lists of them (batching) are not taken.");
  if (!isObject(body) || Object.keys(body).length === 0)
    return invalid("INPUT_INVALID", "The body is a JSON object with the document as `query`.");
  return fieldFault(body);
}

function fieldFault({ query, operationName, variables, extensions }: Readonly<Record<string, unknown>>): AppError | null {
  if (!isTextOrAbsent(query)) return invalid("INPUT_INVALID", "`query` is the text of a document.");
  if (!isTextOrAbsent(operationName)) return invalid("INPUT_INVALID", "`operationName` is a text.");
  if (!isObjectOrAbsent(variables)) return invalid("INPUT_INVALID", "`variables` is an object by name, not a text or a list.");
  if (!isObjectOrAbsent(extensions)) return invalid("INPUT_INVALID", "`extensions` is an object.");
  if (!query && !extensions) return invalid("INPUT_INVALID", "`query` is missing, and `extensions` names no persisted query.");
  return null;
}

/** An operation whose answer nobody takes would run all the same. */
function takesJson(accept: string | undefined): boolean {
  return accept === undefined || /\*\/\*|application\/(?:\*|json|graphql-response\+json)/i.test(accept);
}

const isTextOrAbsent = (value: unknown): boolean => value === undefined || value === null || typeof value === "string";
const isObjectOrAbsent = (value: unknown): boolean => value === undefined || value === null || isObject(value);

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
