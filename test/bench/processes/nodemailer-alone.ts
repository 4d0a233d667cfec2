import { createTransport } from "nodemailer";
import { aPerson, renderedFor } from "../support/order-email.ts";

/** Pooled nodemailer with nothing around it: the same emails, the same number of connections, two messages for each waiting. */
const [port = "0", count = "0", connections = "0"] = process.argv.slice(2);
const total = Number(count);
const maxConnections = Number(connections);
const mailer = createTransport({
  pool: true,
  maxConnections,
  maxMessages: Number.POSITIVE_INFINITY,
  host: "127.0.0.1",
  port: Number(port),
  ignoreTLS: true,
});
let next = 0;
const before = process.cpuUsage();
const sendAll = async (): Promise<void> => {
  while (next < total) {
    const person = aPerson(next++);
    const { subject, html, text } = renderedFor(person);
    await mailer.sendMail({ from: "shop@sender.example", to: person.userId, subject, html, text });
  }
};
await Promise.all(Array.from({ length: maxConnections * 2 }, sendAll));
mailer.close();
const { user, system } = process.cpuUsage(before);
process.send?.({ sent: next, cpuSeconds: (user + system) / 1_000_000 });
process.disconnect();
