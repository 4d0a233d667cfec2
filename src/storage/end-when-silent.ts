import type { Socket } from "node:net";
import type { ClientBase } from "pg";

/**
 * Ends a session in which nothing came or went for so long: its statement is answered with ETIMEDOUT. Without it, what
 * waits for a server that went away without a word (a fail-over, a cut cable) waits until TCP gives up, a quarter of an hour.
 */
export function endWhenSilent(client: ClientBase, milliseconds: number): void {
  const { stream } = (client as unknown as { readonly connection: { readonly stream: Socket } }).connection;
  const fault = Object.assign(new Error(`PostgreSQL did not answer for ${milliseconds / 1000} s`), { code: "ETIMEDOUT" });
  stream.setTimeout(milliseconds, () => stream.destroy(fault));
}
