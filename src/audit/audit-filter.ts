import { z } from "zod";
import { auditEntities, decodeCursor, eventCatalogue, invalid, parseInput, storableText } from "../base/index.ts";

const typesMax = 50;
const optional = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? null);
const instant = optional(z.coerce.date("must be an instant, such as 2026-11-21T12:00:00Z"));
const text = optional(storableText(200));

/** Strict: a misspelt filter would otherwise show the whole trail as if it were the answer. */
const filterSchema = z.strictObject({
  actorId: text,
  entityType: optional(z.enum(auditEntities)),
  entityId: text,
  campaignId: optional(z.uuid()),
  types: optional(
    z
      .array(z.string().refine((type) => type in eventCatalogue, "is no type of the audit trail; docs/audit.md lists them"))
      .max(typesMax),
  ),
  requestId: text,
  from: instant,
  to: instant,
  search: text,
});

export type AuditFilter = z.input<typeof filterSchema>;
export type ParsedFilter = z.output<typeof filterSchema>;

export function parseFilter(filter: AuditFilter | null | undefined): ParsedFilter {
  const parsed = parseInput(filterSchema, filter ?? {});
  if (parsed.entityType === "PROFILE" && parsed.entityId !== null)
    parseInput(z.uuid("entityId must be a profile's id"), parsed.entityId);
  return parsed;
}

/** A cursor of the trail is the position of its entry. */
export function decodePosition(cursor: string | null | undefined): string | null {
  const position = decodeCursor(cursor);
  if (position === null || /^\d{1,18}$/.test(position)) return position;
  throw invalid("INPUT_INVALID", "after must be a cursor of the audit trail.", { field: "after" });
}
