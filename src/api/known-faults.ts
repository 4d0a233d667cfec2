import { invalid } from "../base/index.ts";
import { tooLarge } from "./body-gate.ts";

/** Fastify's own refusals, in the words of the catalogue. */
export function toKnownFault(error: unknown): unknown {
  if (!(error instanceof Error) || !("code" in error)) return error;
  switch (error.code) {
    case "FST_ERR_CTP_BODY_TOO_LARGE":
      return tooLarge();
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
      return invalid("MEDIA_TYPE_UNSUPPORTED", "Send the body as JSON, with the header content-type: application/json.");
    case "FST_ERR_CTP_INVALID_JSON_BODY":
    case "FST_ERR_CTP_EMPTY_JSON_BODY":
    case "FST_ERR_CTP_INVALID_CONTENT_LENGTH":
      return invalid("INPUT_INVALID", "The body is not valid JSON.");
    default:
      return error instanceof SyntaxError ? invalid("INPUT_INVALID", "The body is not valid JSON.") : error;
  }
}
