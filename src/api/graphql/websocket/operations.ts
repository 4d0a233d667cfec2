import { type ExecutionArgs, GraphQLError, type GraphQLSchema, getOperationAST } from "graphql";
import type { SubscribePayload } from "graphql-ws";
import { AppError, invalid, limited } from "../../../base/index.ts";
import type { Actor } from "../../../storage/index.ts";
import type { CostBudget } from "../../cost-budget.ts";
import type { OperationCost } from "../documents/operation-cost.ts";
import type { PersistedDocuments } from "../documents/persisted-documents.ts";
import type { ReadDocument } from "../documents/read-document.ts";
import { toRefusal } from "../documents/refusal.ts";
import type { SelectionCheck } from "../documents/selection-check.ts";
import { chargeRefusedDocument } from "../plugins/refused-documents.ts";

export type OperationsOptions = {
  readonly schema: GraphQLSchema;
  readonly readDocument: ReadDocument;
  readonly costOf: OperationCost;
  readonly checkSelection: SelectionCheck;
  readonly budget: CostBudget;
  readonly persisted: PersistedDocuments | null;
  /** At once on one socket. */
  readonly operationsMax: number;
};

export type Asked = { readonly actor: Actor; readonly payload: SubscribePayload; readonly running: number };

/** What to execute, or why not: the rules of HTTP, in the same order. */
export async function admitOperation(options: OperationsOptions, asked: Asked): Promise<ExecutionArgs | readonly GraphQLError[]> {
  try {
    return await admit(options, asked);
  } catch (error) {
    if (error instanceof AppError) return [toRefusal(error)];
    if (error instanceof Error) return [new GraphQLError("an operation failed", { originalError: error })];
    throw error;
  }
}

async function admit(options: OperationsOptions, { actor, payload, running }: Asked) {
  if (running > options.operationsMax) throw tooMany(options.operationsMax);
  const spent = options.budget.refusal(actor);
  if (spent) throw spent;
  const refusal = options.persisted?.refusal(payload.query);
  if (refusal) throw refusal;
  const document = options.readDocument(payload.query);
  const operation = "kind" in document ? getOperationAST(document, payload.operationName) : null;
  if (!("kind" in document) || !operation) await chargeRefusedDocument(options.budget, actor);
  if (!("kind" in document)) return document;
  if (!operation) throw invalid("INPUT_INVALID", "operationName does not name one of the operations of the document.");
  const variableValues = payload.variables ?? {};
  await options.budget.spend(actor, options.costOf(document, operation, variableValues));
  options.checkSelection(actor, document, operation, variableValues);
  const args: ExecutionArgs = { schema: options.schema, document, variableValues };
  return payload.operationName ? { ...args, operationName: payload.operationName } : args;
}

function tooMany(operationsMax: number): AppError {
  return limited(
    "RATE_LIMITED",
    `A socket may have ${operationsMax} operations at once. Complete one, or open a second socket.`,
    { operationsMax },
  );
}
