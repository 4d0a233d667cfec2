import { type DocumentNode, GraphQLError, type GraphQLSchema, parse, specifiedRules, validate } from "graphql";
import type { DoorSettings } from "../../door-settings.ts";
import { documentRules } from "./document-rules.ts";

export type ReadDocument = (text: string) => DocumentNode | readonly GraphQLError[];

const documentsMax = 200;
/** Longer ones are read each time, so that what is kept stays small. */
const textMax = 10_000;

/** Parses and checks the documents of WebSockets as Apollo does those of HTTP, and keeps the last ones. */
export function createReadDocument(
  schema: GraphQLSchema,
  settings: Pick<DoorSettings, "document" | "introspection">,
): ReadDocument {
  const rules = [...specifiedRules, ...documentRules(settings)];
  const options = { hideSuggestions: settings.introspection === "off" };
  const kept = new Map<string, DocumentNode>();

  return (text) => {
    const known = kept.get(text);
    if (known) return known;
    try {
      const document = parse(text, { maxTokens: settings.document.tokensMax });
      const errors = validate(schema, document, rules, options);
      if (errors.length > 0) return errors;
      if (kept.size >= documentsMax) kept.clear();
      if (text.length <= textMax) kept.set(text, document);
      return document;
    } catch (error) {
      if (error instanceof GraphQLError) return [error];
      throw error;
    }
  };
}
