import type { ServerProcess } from "../../support/server-process.ts";

/** Of the server that is loaded. */
export type Loaded = {
  readonly server: ServerProcess;
  /** Paused, and so nothing of them is sent. */
  readonly email: string;
  readonly sms: string;
  /** A draft with 200 kB of content. */
  readonly large: string;
};

/** Something that is allowed and large. Returns what was answered; `round` tells repetitions apart. */
export type Load = (loaded: Loaded, round: number) => Promise<string>;

export async function post({ server }: Pick<Loaded, "server">, body: string): Promise<string> {
  const response = await fetch(`${server.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${server.adminKey}` },
    body,
  });
  return response.text();
}

export const ask = (loaded: Pick<Loaded, "server">, query: string, variables: object = {}): Promise<string> =>
  post(loaded, JSON.stringify({ query, variables }));

export const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
