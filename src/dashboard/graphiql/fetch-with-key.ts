import { httpUrl } from "./endpoint.ts";

/**
 * `fetch` that sends the key and fails with a sentence. The two failures a browser reports badly are a server that does
 * not answer ("Failed to fetch") and an answer that is not JSON, usually a proxy's page ("Unexpected token '<'").
 */
export function createFetchWithKey(key: string): typeof fetch {
  return async (input, init) => {
    const headers = new Headers(init?.headers);
    // A header typed into GraphiQL's own editor wins, so that another key can be tried for one request.
    if (!headers.has("authorization")) headers.set("authorization", `Bearer ${key}`);
    const response = await fetch(input, { ...init, headers }).catch((cause: unknown) => {
      throw new Error(`No answer from ${httpUrl}. Is the server running?`, { cause });
    });
    if (!response.headers.get("content-type")?.includes("json")) {
      const status = `${response.status} ${response.statusText}`.trim();
      throw new Error(
        `${httpUrl} answered ${status}, and not with JSON. Is something else listening there, or a proxy in front of it?`,
      );
    }
    return response;
  };
}
