import type { AuditEntity } from "../base/index.ts";
import { type EventChange, parseInstant } from "../storage/index.ts";

export type AuditEntry = {
  readonly id: string;
  /** Rises in the order of commits. A decimal number: PostgreSQL's bigint. */
  readonly position: string;
  readonly at: Date;
  readonly type: string;
  readonly entityType: AuditEntity;
  readonly entityId: string | null;
  readonly entityName: string | null;
  readonly campaignId: string | null;
  readonly actor: { readonly kind: string; readonly id: string; readonly name: string };
  readonly requestId: string | null;
  readonly changes: readonly EventChange[];
  readonly data: Readonly<Record<string, unknown>>;
};

export type AuditRow = Omit<AuditEntry, "at" | "actor"> & {
  readonly at: string;
  readonly actorKind: string;
  readonly actorId: string;
  readonly actorName: string;
};

export function toEntry({ at, actorKind, actorId, actorName, ...row }: AuditRow): AuditEntry {
  return { ...row, at: parseInstant(at), actor: { kind: actorKind, id: actorId, name: actorName } };
}
