import { httpUrl } from "./endpoint.ts";
import { createFetchWithKey } from "./fetch-with-key.ts";
import { isSendable } from "./key-store.ts";

interface Answer {
  data?: { __typename?: string } | null;
  errors?: { message?: string }[];
}

/** The smallest query there is. Returns why the key cannot be used, or null when the server accepts it. */
export async function checkKey(key: string): Promise<string | null> {
  if (!isSendable(key))
    return "This is not an API key: a key has no spaces and only plain letters, digits and signs. Copy it again.";
  try {
    const response = await createFetchWithKey(key)(httpUrl, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: "query { __typename }" }),
      signal: AbortSignal.timeout(20_000),
    });
    return readRefusal((await response.json()) as Answer, response.status);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function readRefusal(answer: Answer, status: number): string | null {
  const message = answer.errors?.[0]?.message;
  if (message) return message;
  return answer.data?.__typename ? null : `The server answered ${status} without data and without an error.`;
}
