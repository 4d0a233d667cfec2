import type { ApolloServerPlugin } from "@apollo/server";
import { Kind, type OperationDefinitionNode } from "graphql";
import { invalid } from "../../../base/index.ts";
import type { CostBudget } from "../../cost-budget.ts";
import { smallBodyBytesMax } from "../../limits.ts";
import type { VariableLists } from "../documents/list-bounds.ts";
import type { OperationCost } from "../documents/operation-cost.ts";
import type { PersistedDocuments } from "../documents/persisted-documents.ts";
import type { SelectionCheck } from "../documents/selection-check.ts";
import type { HttpRequestContext } from "../shared/request-context.ts";

export type OperationGateOptions = {
  readonly costOf: OperationCost;
  readonly checkSelection: SelectionCheck;
  readonly checkLists: VariableLists;
  readonly budget: CostBudget;
  /** Null lets every document run. */
  readonly persisted: PersistedDocuments | null;
};

/** Operations that take lists of people, and so a large body. */
const largeFields = new Set(["executeCampaign", "simulateExecution", "upsertProfiles", "addSuppressions", "removeSuppressions"]);

/** The last look at an operation before it runs: one plugin, since each costs every call a little. */
export function operationGate({
  costOf,
  checkSelection,
  checkLists,
  budget,
  persisted,
}: OperationGateOptions): ApolloServerPlugin<HttpRequestContext> {
  return {
    async requestDidStart({ contextValue }) {
      return {
        async didResolveOperation({ operation, document, source, request }) {
          const refusal = persisted?.refusal(source);
          if (refusal) throw refusal;
          // An unknown operation name: Apollo says so a step later.
          if (!operation) return;
          refuseSubscription(operation);
          refuseLargeBody(operation, contextValue.bodyBytes);
          await budget.spend(contextValue.actor, costOf(document, operation, request.variables ?? {}));
          checkLists(operation, request.variables ?? {});
          checkSelection(contextValue.actor, document, operation, request.variables ?? {});
        },
      };
    },
  };
}

/** Apollo would run one as if it were a query. */
function refuseSubscription({ operation }: OperationDefinitionNode): void {
  if (operation === "subscription")
    throw invalid("INPUT_INVALID", "Subscriptions go over a WebSocket at this path, in the protocol graphql-transport-ws.");
}

function refuseLargeBody(operation: OperationDefinitionNode, bodyBytes: number): void {
  if (bodyBytes <= smallBodyBytesMax || isLarge(operation)) return;
  const names = new Intl.ListFormat("en").format(largeFields);
  throw invalid("BODY_TOO_LARGE", `Only ${names} may have a body over ${smallBodyBytesMax} bytes.`, {
    bytesMax: smallBodyBytesMax,
  });
}

function isLarge({ selectionSet }: OperationDefinitionNode): boolean {
  return selectionSet.selections.every((field) => field.kind === Kind.FIELD && largeFields.has(field.name.value));
}
