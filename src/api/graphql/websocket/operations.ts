import { type ExecutionArgs, GraphQLError, type GraphQLSchema, getOperationAST } from "graphql";
import type { SubscribePayload } from "graphql-ws";
import { AppError, createId, invalid, limited } from "../../../base/index.ts";
import type { Actor } from "../../../storage/index.ts";
import type { Bytes } from "../../carried-call.ts";
import type { CostBudget } from "../../cost-budget.ts";
import type { PassOn } from "../../large-calls.ts";
import { errorsMax } from "../../limits.ts";
import type { IsDear } from "../documents/dear-operations.ts";
import type { VariableLists } from "../documents/list-bounds.ts";
import type { OperationCost } from "../documents/operation-cost.ts";
import type { PersistedDocuments } from "../documents/persisted-documents.ts";
import type { ReadDocument } from "../documents/read-document.ts";
import { toRefusal } from "../documents/refusal.ts";
import type { SelectionCheck } from "../documents/selection-check.ts";
import { chargeRefusedDocument } from "../plugins/refused-documents.ts";
import type { Reader } from "../shared/reader.ts";
import type { RequestContext } from "../shared/request-context.ts";
import { accountRefusal } from "./key-accounts.ts";
import type { Session } from "./sessions.ts";

export type OperationsOptions = {
  readonly schema: GraphQLSchema;
  readonly readDocument: ReadDocument;
  readonly costOf: OperationCost;
  readonly isDear: IsDear;
  readonly passOn: PassOn | null;
  readonly checkSelection: SelectionCheck;
  readonly checkLists: VariableLists;
  readonly budget: CostBudget;
  readonly persisted: PersistedDocuments | null;
  readonly createContext: (actor: Actor, requestId: string) => RequestContext;
  /** Of the door, where operations come over HTTP. */
  readonly path: string;
  /** At once on one socket. */
  readonly operationsMax: number;
};

export type SocketContext = RequestContext & {
  readonly reader: Reader;
  /** Null where the loop makes the answer. */
  readonly answerElsewhere: (() => Promise<Bytes>) | null;
};

export type Asked = {
  /** Of its socket: looks at the key once more. */
  readonly session: () => Promise<Session>;
  readonly payload: SubscribePayload;
  readonly running: number;
  /** Of one operation, each value of which costs so much. */
  readonly readerFor: (session: Session, cost: number) => Reader;
};

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

async function admit(options: OperationsOptions, { session, payload, running, readerFor }: Asked) {
  if (running > options.operationsMax) throw tooMany(options.operationsMax);
  const present = await session();
  const { actor, account } = present;
  const refusal = accountRefusal(account);
  if (refusal) throw refusal;
  const spent = options.budget.refusal(actor);
  if (spent) throw spent;
  const unlisted = options.persisted?.refusal(payload.query);
  if (unlisted) throw unlisted;
  const document = options.readDocument(payload.query);
  const operation = "kind" in document ? getOperationAST(document, payload.operationName) : null;
  if (!("kind" in document) || !operation) await chargeRefusedDocument(options.budget, actor);
  if (!("kind" in document)) return document;
  if (!operation) throw invalid("INPUT_INVALID", "operationName does not name one of the operations of the document.");
  const variableValues = payload.variables ?? {};
  const cost = options.costOf(document, operation, variableValues);
  await options.budget.spend(actor, cost);
  options.checkLists(operation, variableValues);
  options.checkSelection(actor, document, operation, variableValues);
  const requestId = createId();
  const contextValue: SocketContext = {
    ...options.createContext(actor, requestId),
    reader: readerFor(present, cost),
    answerElsewhere: options.isDear(document, operation, variableValues)
      ? elsewhere(options, { requestId, actor, payload })
      : null,
  };
  const limits = { maxCoercionErrors: errorsMax };
  const args: ExecutionArgs = { schema: options.schema, document, variableValues, contextValue, options: limits };
  return payload.operationName ? { ...args, operationName: payload.operationName } : args;
}

type PassedOn = { readonly requestId: string; readonly actor: Actor; readonly payload: SubscribePayload };

/** As over HTTP: the answer to what would keep the loop, as JSON. */
function elsewhere(
  { passOn, path: url }: OperationsOptions,
  { requestId, actor, payload }: PassedOn,
): SocketContext["answerElsewhere"] {
  const { query, operationName, variables } = payload;
  const body = { query, operationName, variables };
  return passOn && (async () => (await passOn({ requestId, actor, url, headers: {}, body })).body);
}

function tooMany(operationsMax: number): AppError {
  return limited(
    "RATE_LIMITED",
    `A socket may have ${operationsMax} operations at once. Complete one, or open a second socket.`,
    { operationsMax },
  );
}
