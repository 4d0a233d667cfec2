import { writeSync } from "node:fs";
import { type DestinationStream, type Logger, pino } from "pino";
import { serializeError } from "./error-line.ts";

export type Log = Logger;

/** Names of fields that carry secrets or personal data, whatever object they sit in. */
const secretFields = ["authorization", "secret", "password", "pass", "key", "token", "address", "context", "profile", "body"];

const waitMilliseconds = 5;
const waitsMax = 20;

/**
 * Standard output. What cannot be written there (a full disk, a reader that is gone or does not read) is lost, and the server
 * goes on: pino's own stream ends the process at such an error, or waits in it for ever.
 */
const standardOutput: DestinationStream = {
  write(line) {
    let rest: Uint8Array = Buffer.from(line);
    for (let waits = 0; rest.length > 0 && waits < waitsMax; ) {
      try {
        rest = rest.subarray(writeSync(1, rest));
      } catch (error) {
        if (!(error instanceof Error && "code" in error && error.code === "EAGAIN")) return;
        Atomics.wait(pauses, 0, 0, waitMilliseconds);
        waits += 1;
      }
    }
  },
};
const pauses = new Int32Array(new SharedArrayBuffer(4));

/** JSON lines on standard output (or `destination`). Secrets and addresses are removed by name, at two depths. */
export function createLog(level: string, destination: DestinationStream = standardOutput): Log {
  return pino(
    {
      level,
      base: null,
      serializers: { err: serializeError },
      redact: { paths: secretFields.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]), censor: "[redacted]" },
    },
    destination,
  );
}
