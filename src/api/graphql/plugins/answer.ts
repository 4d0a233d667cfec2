import type { ApolloServerPlugin } from "@apollo/server";
import { AppError } from "../../../base/index.ts";
import type { CostBudget } from "../../cost-budget.ts";
import { retryAfter, toPublicError } from "../../error-table.ts";
import { firstErrors } from "../first-errors.ts";
import type { HttpRequestContext } from "../shared/request-context.ts";
import { chargeRefusedDocument } from "./refused-documents.ts";

/** How many errors are told, with which status, and that nobody keeps an answer. */
export function answer(budget: CostBudget): ApolloServerPlugin<HttpRequestContext> {
  return {
    async requestDidStart({ contextValue }) {
      return {
        async didEncounterErrors({ operation }) {
          if (!operation) await chargeRefusedDocument(budget, contextValue.actor);
        },
        async willSendResponse({ errors, response }) {
          response.http?.headers.set("cache-control", "no-store");
          if (!errors || response.body.kind !== "single") return;
          const { singleResult } = response.body;
          if (singleResult.errors) singleResult.errors = firstErrors(singleResult.errors);
          // A refusal of the whole request has its own status; whatever a field answers is 200.
          const refusal = errors.find((error) => error.originalError instanceof AppError && !error.path)?.originalError;
          if (!refusal || !response.http) return;
          const shown = toPublicError(refusal);
          response.http.status = shown.status;
          const seconds = retryAfter(shown);
          if (seconds) response.http.headers.set("retry-after", seconds);
        },
      };
    },
  };
}
