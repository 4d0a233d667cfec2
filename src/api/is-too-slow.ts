import { bodyBytesPerSecondMin, bodyGraceSeconds } from "./limits.ts";

/** Whether a body that has had its turn for so long has brought too little of itself. */
export function isTooSlow({ seconds, bytes }: { readonly seconds: number; readonly bytes: number }): boolean {
  return bytes < (seconds - bodyGraceSeconds) * bodyBytesPerSecondMin;
}
