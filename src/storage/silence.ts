import type { Socket } from "node:net";
import type { Client, ClientBase } from "pg";

const goodbyeMilliseconds = 2000;

/** The library has no public name for it. */
function streamOf(client: ClientBase): Socket {
  return (client as unknown as { readonly connection: { readonly stream: Socket } }).connection.stream;
}

/**
 * Ends a session in which nothing came or went for so long: its statement is answered with ETIMEDOUT. Without it, what
 * waits for a server that went away without a word (a fail-over, a cut cable) waits until TCP gives up, a quarter of an hour.
 * A statement that takes long is silent too, so it is first asked, by another way, whether the session is at work.
 */
export function endWhenSilent(
  client: ClientBase,
  milliseconds: number,
  isAtWork: () => Promise<boolean> = async () => false,
): void {
  const stream = streamOf(client);
  const fault = Object.assign(new Error(`PostgreSQL did not answer for ${milliseconds / 1000} s`), { code: "ETIMEDOUT" });
  stream.setTimeout(milliseconds, async () => {
    const heard = stream.bytesRead;
    if ((await isAtWork()) || stream.bytesRead > heard) stream.setTimeout(milliseconds);
    else stream.destroy(fault);
  });
}

/** Says goodbye, and hangs up on a server that does not answer that. */
export async function endSession(client: Client): Promise<void> {
  const hangUp = setTimeout(() => streamOf(client).destroy(), goodbyeMilliseconds);
  await client.end().catch(() => undefined);
  clearTimeout(hangUp);
}
