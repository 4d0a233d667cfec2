import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { type AppError, forbidden, invalid, toError } from "../../../base/index.ts";

/** The documents that may run, where not every one may. */
export type PersistedDocuments = {
  /** The text of a document that a client sent by its id alone. */
  textOf(id: string): string | undefined;
  /** Null when a document with this text may run. */
  refusal(text: string): AppError | null;
};

/** What `generate-persisted-query-manifest` of Apollo's clients writes. */
const manifest = z.object({
  format: z.literal("apollo-persisted-query-manifest"),
  version: z.literal(1),
  operations: z.array(z.object({ id: z.string().min(1), body: z.string().min(1) })).min(1),
});

/** Reads a manifest, or every .graphql file of a folder (whose ids are the SHA-256 of their texts). Throws INPUT_INVALID. */
export function loadPersistedDocuments(path: string): PersistedDocuments {
  const textById = new Map(read(path));
  const texts = new Set(textById.values());
  return {
    textOf: (id) => textById.get(id),
    refusal: (text) =>
      texts.has(text)
        ? null
        : forbidden("DOCUMENT_NOT_ALLOWED", "Only the documents in this server's list run here, word by word or by their id."),
  };
}

function read(path: string): [string, string][] {
  try {
    return statSync(path).isDirectory() ? readFolder(path) : readManifest(path);
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : toError(error).message;
    throw invalid("INPUT_INVALID", `PERSISTED_DOCUMENTS: ${path} cannot be used: ${why}`, {}, error);
  }
}

function readManifest(path: string): [string, string][] {
  return manifest.parse(JSON.parse(readFileSync(path, "utf8"))).operations.map(({ id, body }) => [id, body]);
}

function readFolder(path: string): [string, string][] {
  const names = readdirSync(path).filter((name) => name.endsWith(".graphql"));
  if (names.length === 0) throw invalid("INPUT_INVALID", "it has no .graphql files.");
  return names.map((name) => {
    const text = readFileSync(join(path, name), "utf8");
    return [createHash("sha256").update(text).digest("hex"), text];
  });
}
