import { Extensions } from "type-graphql";
import { type Permission, requirePermission } from "../../../access/index.ts";
import { decodeIdCursor, type PageInput, pageSize } from "../../../base/index.ts";
import type { Context } from "../../../storage/index.ts";

type Asker = Pick<Context, "actor">;
type Arguments = Readonly<Record<string, unknown>>;

/** Throws what the field would answer, as far as that can be known from who asks and with which arguments. */
export type Precondition = (ctx: Asker, args: Arguments) => void;

/**
 * Of a field below another one: what its use case will refuse. A mutation that answers with such a field, or a stream, is
 * refused by it before it begins (documents/selection-check.ts); a refusal afterwards would hide what was done.
 */
export function NeedsFirst(precondition: Precondition): MethodDecorator & PropertyDecorator {
  return Extensions({ precondition });
}

export const needsPermission =
  (permission: Permission): Precondition =>
  (ctx) =>
    requirePermission(ctx, permission);

/** A page of rows that are sorted by id. */
export const needsPage =
  (permission: Permission): Precondition =>
  (ctx, args) => {
    requirePermission(ctx, permission);
    pageSize(args as PageInput);
    decodeIdCursor((args as PageInput).after);
  };
