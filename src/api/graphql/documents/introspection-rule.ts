import type { ValidationRule } from "graphql";
import { forbidden } from "../../../base/index.ts";
import { toRefusal } from "./refusal.ts";

export const introspectionRule: ValidationRule = (context) => ({
  Field(node) {
    if (node.name.value !== "__schema" && node.name.value !== "__type") return;
    const message = "This server does not show its schema. Read schema/schema.graphql of its version instead.";
    context.reportError(toRefusal(forbidden("INTROSPECTION_DISABLED", message), node));
  },
});
