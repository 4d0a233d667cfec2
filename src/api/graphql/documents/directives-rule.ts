import type { ASTNode, ValidationRule } from "graphql";
import { invalid } from "../../../base/index.ts";
import { toRefusal } from "./refusal.ts";

/** An unknown directive is one error each: a thousand at one field would be a thousand errors. */
export const directivesRule =
  (directivesMax: number): ValidationRule =>
  (context) => {
    let isReported = false;
    return {
      enter(node: ASTNode) {
        if (isReported || !("directives" in node) || (node.directives?.length ?? 0) <= directivesMax) return;
        isReported = true;
        const message = `A place of a document may have ${directivesMax} directives. Leave the others out.`;
        context.reportError(toRefusal(invalid("DIRECTIVES_TOO_MANY", message, { directivesMax }), node));
      },
    };
  };
