import { type DestinationStream, type Logger, pino } from "pino";
import { serializeError } from "./error-line.ts";

export type Log = Logger;

/** Names of fields that carry secrets or personal data, whatever object they sit in. */
const secretFields = ["authorization", "secret", "password", "pass", "key", "token", "address", "context", "profile", "body"];

/** JSON lines on standard output (or `destination`). Secrets and addresses are removed by name, at two depths. */
export function createLog(level: string, destination?: DestinationStream): Log {
  const options = {
    level,
    base: null,
    serializers: { err: serializeError },
    redact: { paths: secretFields.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]), censor: "[redacted]" },
  };
  return destination ? pino(options, destination) : pino(options);
}
