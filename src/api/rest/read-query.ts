import { z } from "zod";
import { faultsFound } from "../../base/index.ts";
import { messageStatuses } from "../../executions/index.ts";
import { faultsOf, fields, text } from "./fields.ts";

export const recipientsQuery = fields({
  first: z
    .string()
    .regex(/^\d{1,3}$/, "must be a whole number from 1 to 500")
    .transform(Number)
    .optional()
    .meta({ description: "1 to 500; default 50.", override: { type: "integer", minimum: 1, maximum: 500, default: 50 } }),
  after: text.optional().meta({ description: "`pageInfo.endCursor` of an earlier page." }),
  status: z
    .enum(messageStatuses, { error: `must be one of ${Object.keys(messageStatuses).join(", ")}` })
    .optional()
    .meta({ description: "Only those in this state." }),
  userId: text.optional().meta({ description: "Only this person, as the call named them; an address in any spelling." }),
});

export function readQuery(query: unknown): z.output<typeof recipientsQuery> {
  const parsed = recipientsQuery.safeParse(query);
  if (parsed.success) return parsed.data;
  throw faultsFound(faultsOf(parsed.error));
}
