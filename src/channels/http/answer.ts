/** What came of one call over HTTP, however it ended. */
export type HttpAnswer =
  | {
      readonly kind: "answered";
      readonly status: number;
      /** Names in small letters. */
      readonly headers: Readonly<Record<string, string | string[] | undefined>>;
      /** Its beginning, 64 kB at most; what the connection brought where it broke off. */
      readonly body: string;
    }
  | {
      readonly kind: "failed";
      /** Whether the provider may have the request: false while not a byte of it was written. */
      readonly isHandedOver: boolean;
      readonly code: string;
      readonly reason: string;
    };

export const bodyBytesMax = 65_536;

/** The object that the body is, where it is one. */
export function jsonObjectOf(body: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed) ? { ...parsed } : {};
  } catch {
    return {};
  }
}
