import type { Bytes, CarriedAnswer, CarriedCall, Spend } from "./api/index.ts";
import { AppError, unavailable } from "./base/index.ts";

/** What the server and its thread of large calls tell one another. */
export type Fault = Pick<AppError, "code" | "message" | "details">;

export type ToThread =
  | { readonly kind: "piece"; readonly requestId: string; readonly piece: Bytes }
  | { readonly kind: "forget"; readonly requestId: string }
  | { readonly kind: "call"; readonly call: CarriedCall }
  | { readonly kind: "spent"; readonly id: number; readonly fault: Fault | null }
  | { readonly kind: "stop" };

export type FromThread =
  | { readonly kind: "answer"; readonly requestId: string; readonly answer: CarriedAnswer }
  | { readonly kind: "spend"; readonly id: number; readonly who: Parameters<Spend>[0]; readonly cost: number }
  | { readonly kind: "broke-off"; readonly requestId: string }
  /** The thread did not start, and ends. */
  | { readonly kind: "failed"; readonly fault: Fault | null };

export function toFault(thrown: unknown): Fault | null {
  if (!(thrown instanceof AppError)) return null;
  const { code, message, details } = thrown;
  return { code, message, details };
}

export function toAppError({ code, message, details }: Fault): AppError {
  return new AppError(code, message, details);
}

export function brokeOff(): AppError {
  return unavailable(
    "CALL_BROKE_OFF",
    "The part of the server that worked on this call ended before it was answered. It may have been done. Send it again with the same requestId.",
    { retryable: true },
  );
}
