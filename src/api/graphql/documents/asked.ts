import { createHash } from "node:crypto";
import { InMemoryLRUCache } from "@apollo/utils.keyvaluecache";
import type { FastifyRequest } from "fastify";
import type { Variables } from "./operation-cost.ts";
import type { PersistedDocuments } from "./persisted-documents.ts";

/** What a request asks for, whichever way it came. */
export type Asked = {
  /** Of its document, also where only its hash came. */
  readonly text: string;
  readonly operationName: string | null;
  readonly variables: Variables;
  readonly extensions: { readonly persistedQuery?: { readonly sha256Hash?: unknown } };
};

/** Documents by their hash, as Apollo keeps them for automatic persisted queries. */
export type SeenDocuments = {
  readonly cache: InMemoryLRUCache;
  textOf(hash: string): Promise<string | undefined>;
  /** Of one that Apollo does not get to see. */
  note(asked: Asked): Promise<void>;
};

/** Apollo puts this before the hash. */
export const hashPrefix = "apq:";

/** A cache, not a defence: whoever has a key may fill it. It holds 30 MB. */
export function createSeenDocuments(): SeenDocuments {
  const cache = new InMemoryLRUCache();
  return {
    cache,
    textOf: (hash) => cache.get(`${hashPrefix}${hash}`),
    async note({ text, extensions: { persistedQuery } }) {
      if (persistedQuery?.sha256Hash !== createHash("sha256").update(text).digest("hex")) return;
      await cache.set(`${hashPrefix}${persistedQuery.sha256Hash}`, text);
    },
  };
}

export type ReadAsked = { readonly persisted: PersistedDocuments | null; readonly seen: SeenDocuments };

/** Null where Apollo has to find out, or to say what is wrong. */
export async function readAsked({ method, query, body }: FastifyRequest, { persisted, seen }: ReadAsked): Promise<Asked | null> {
  const given = ((method === "GET" ? query : body) ?? {}) as Readonly<Record<string, unknown>>;
  const variables = toObject(given.variables);
  const extensions: Asked["extensions"] | null = toObject(given.extensions);
  if (!variables || !extensions) return null;
  const hash = extensions.persistedQuery?.sha256Hash;
  const known = async () => (typeof hash === "string" ? (persisted?.textOf(hash) ?? (await seen.textOf(hash))) : null);
  const text = typeof given.query === "string" && given.query !== "" ? given.query : await known();
  const operationName = typeof given.operationName === "string" ? given.operationName : null;
  return text ? { text, operationName, variables, extensions } : null;
}

/** In the address of a GET they are JSON text. */
function toObject(given: unknown): Readonly<Record<string, unknown>> | null {
  if (given === undefined || given === null || given === "") return {};
  if (typeof given !== "string") return given as Readonly<Record<string, unknown>>;
  try {
    const read: unknown = JSON.parse(given);
    return typeof read === "object" && read !== null ? (read as Readonly<Record<string, unknown>>) : null;
  } catch {
    return null;
  }
}
