import type { FastifyReply, FastifyRequest } from "fastify";
import { errorGuide } from "../base/index.ts";
import { type PublicError, toPublicError } from "./error-table.ts";
import { shortenText } from "./shorten.ts";

/** A problem document (RFC 9457) for every door that is not GraphQL. `report` is where clients of the reference product look. */
export function sendProblem(reply: FastifyReply, error: unknown): FastifyReply {
  const shown = toPublicError(error);
  const { code, kind, status, message, details } = shown;
  const report = { additionalContext: contextOf(reply.request, shown) };
  return reply
    .code(status)
    .type("application/problem+json")
    .send({ type: `urn:envoi:error:${code}`, title: message, status, code, kind, requestId: reply.request.id, details, report });
}

/** Texts only: what the caller calls the call, what is faulty under its path, and what to do. */
function contextOf(request: FastifyRequest, { code, details }: PublicError): Record<string, string> {
  const { faults, ...others } = details;
  const about = Object.entries(others).flatMap(([name, value]) => (value == null ? [] : [[name, toText(value)]]));
  const paths = Array.isArray(faults) ? faults.flatMap(toPath) : [];
  const whatToDo = code === "INTERNAL" ? "Send the call again with the same requestId." : errorGuide[code].remedy;
  return Object.fromEntries([...about, ...paths, ...namesOf(request), ["whatToDo", whatToDo]]);
}

function toText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function toPath(fault: Readonly<Record<string, unknown>>): [string, string][] {
  const at = fault.field ?? fault.path ?? (typeof fault.index === "number" ? `recipients.${fault.index}` : null);
  return typeof at === "string" && typeof fault.message === "string" ? [[at, fault.message]] : [];
}

/** Of a call that was read. */
function namesOf({ body }: FastifyRequest): [string, string][] {
  const { requestId, campaignId } = (body ?? {}) as { readonly requestId?: unknown; readonly campaignId?: unknown };
  return Object.entries({ requestId, campaignId }).flatMap(([name, value]) =>
    typeof value === "string" ? [[name, shortenText(value)] as [string, string]] : [],
  );
}
