import { maxAliasesRule } from "@escape.tech/graphql-armor-max-aliases";
import { maxDepthRule } from "@escape.tech/graphql-armor-max-depth";
import type { ValidationContext, ValidationRule } from "graphql";
import { type AppError, invalid } from "../../../base/index.ts";
import type { DoorSettings } from "../../door-settings.ts";
import { directivesRule } from "./directives-rule.ts";
import { introspectionRule } from "./introspection-rule.ts";
import { toRefusal } from "./refusal.ts";
import { rootFieldsRule } from "./root-fields-rule.ts";

type Limits = Pick<DoorSettings, "document" | "introspection">;

/** What every door checks of a document besides the rules of GraphQL. */
export function documentRules({ document, introspection }: Limits): ValidationRule[] {
  const { depthMax, aliasesMax, rootFieldsMax, directivesMax } = document;
  const tooDeep = invalid(
    "DOCUMENT_TOO_DEEP",
    `A document may be ${depthMax} levels deep. Ask for the inner part in a document of its own.`,
    { depthMax },
  );
  const tooMany = invalid("ALIASES_TOO_MANY", `A document may have ${aliasesMax} aliases. Send several documents.`, {
    aliasesMax,
  });
  return [
    // Where a fragment stands adds no level.
    maxDepthRule({ n: depthMax, flattenFragments: true, ...answering(tooDeep) }) as ValidationRule,
    // By default `__typename` may have any number of aliases.
    maxAliasesRule({ n: aliasesMax, allowList: [], ...answering(tooMany) }) as ValidationRule,
    rootFieldsRule(rootFieldsMax),
    directivesRule(directivesMax),
    ...(introspection === "off" ? [introspectionRule] : []),
  ];
}

/** Their own errors have no code and call everything a syntax error. */
function answering(error: AppError) {
  const onReject = [(context: ValidationContext | null) => context?.reportError(toRefusal(error))];
  return { propagateOnRejection: false, onReject };
}
