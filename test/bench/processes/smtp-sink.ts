import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";

/** Takes every message and keeps nothing but counts; asked, it tells them and starts anew. */
const counts = { messages: 0, bytes: 0, firstAt: 0, lastAt: 0 };
const keys = new Set<string>();
const reset = (): void => {
  Object.assign(counts, { messages: 0, bytes: 0, firstAt: 0, lastAt: 0 });
  keys.clear();
};
const server = new SMTPServer({
  authOptional: true,
  hideSTARTTLS: true,
  disableReverseLookup: true,
  logger: false,
  onData(stream, session, done) {
    stream.on("data", (chunk: Buffer) => {
      counts.bytes += chunk.length;
    });
    stream.on("end", () => {
      counts.lastAt = performance.now();
      counts.firstAt ||= counts.lastAt;
      counts.messages += 1;
      for (const { address } of session.envelope.rcptTo) keys.add(address);
      done();
    });
  },
});
server.on("error", () => undefined);
server.listen(0, "127.0.0.1", () => process.send?.({ port: (server.server.address() as AddressInfo).port }));
process.on("message", () => {
  process.send?.({ ...counts, people: keys.size });
  reset();
});
process.once("SIGTERM", () => process.exit(0));
process.once("disconnect", () => process.exit(0));
