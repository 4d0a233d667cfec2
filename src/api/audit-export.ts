import { Readable } from "node:stream";
import type { FastifyInstance } from "fastify";
import { type AuditEntry, type AuditFilter, exportAuditTrail } from "../audit/index.ts";
import { encodeCursor, type Log, toError } from "../base/index.ts";
import type { Actor, Context } from "../storage/index.ts";
import type { Admission } from "./admission.ts";

export type AuditExportOptions = {
  readonly createContext: (actor: Actor, requestId: string) => Context;
  readonly log: Log;
};

/** What one export takes of the second of its key: two large pages. */
const exportCost = 20_000;

/**
 * `GET /audit.ndjson`: the trail as JSON lines, oldest first, however long it is. The parameters are the fields of
 * AuditFilterInput, `types` as often as there are types, and `after`.
 */
export function addAuditExport(http: FastifyInstance, admission: Admission, options: AuditExportOptions): void {
  http.get("/audit.ndjson", async (request, reply) => {
    const actor = await admission.admit(request, reply);
    await admission.budget.spend(actor, exportCost);
    const ctx = options.createContext(actor, request.id);
    const entries = await exportAuditTrail(ctx, parseQuery(request.query as Query));
    const lines = Readable.from(toLines(entries));
    // The headers are gone by then: a broken transfer is what tells the caller.
    lines.on("error", (error) => options.log.error({ err: toError(error), requestId: request.id }, "an export broke off"));
    return reply
      .type("application/x-ndjson")
      .header("cache-control", "no-store")
      .header("content-disposition", 'attachment; filename="audit.ndjson"')
      .send(lines);
  });
}

type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

function parseQuery({ after, types, ...filter }: Query): { filter: AuditFilter; after: string | null } {
  const given = { ...filter, ...(types === undefined ? {} : { types: [types].flat() }) };
  return { filter: given as AuditFilter, after: after === undefined ? null : String(after) };
}

async function* toLines(entries: AsyncIterable<AuditEntry>): AsyncGenerator<string> {
  for await (const { position, ...entry } of entries) yield `${JSON.stringify({ cursor: encodeCursor(position), ...entry })}\n`;
}
