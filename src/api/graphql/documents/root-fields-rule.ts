import { Kind, type SelectionNode, type SelectionSetNode, type ValidationContext, type ValidationRule } from "graphql";
import { invalid } from "../../../base/index.ts";
import { toRefusal } from "./refusal.ts";

/** Fields at the top, through fragments too: each is a call of its own, such as a try at somebody's data. */
export const rootFieldsRule =
  (rootFieldsMax: number): ValidationRule =>
  (context) => {
    const countFields = createFieldCount(context);
    return {
      OperationDefinition(operation) {
        if (countFields(operation.selectionSet) <= rootFieldsMax) return;
        const message = `A document may have ${rootFieldsMax} fields at its top. Send several documents.`;
        context.reportError(toRefusal(invalid("ROOT_FIELDS_TOO_MANY", message, { rootFieldsMax }), operation));
      },
    };
  };

/** Each fragment is counted once: hostile ones name one another in circles and in ever more ways. */
function createFieldCount(context: ValidationContext): (set: SelectionSetNode) => number {
  const counts = new Map<string, number>();

  const countFragment = (name: string): number => {
    const known = counts.get(name);
    if (known !== undefined) return known;
    counts.set(name, 0);
    const fragment = context.getFragment(name);
    const count = fragment ? countFields(fragment.selectionSet) : 0;
    counts.set(name, count);
    return count;
  };
  const countSelection = (selection: SelectionNode): number => {
    if (selection.kind === Kind.FIELD) return 1;
    return selection.kind === Kind.INLINE_FRAGMENT ? countFields(selection.selectionSet) : countFragment(selection.name.value);
  };
  const countFields = (set: SelectionSetNode): number =>
    set.selections.reduce((sum, selection) => sum + countSelection(selection), 0);
  return countFields;
}
