import { type DocumentNode, GraphQLError, type GraphQLSchema, parse, specifiedRules, validate } from "graphql";
import type { DoorSettings } from "../../door-settings.ts";
import { errorsMax } from "../../limits.ts";
import { documentRules } from "./document-rules.ts";
import { DocumentSource } from "./document-source.ts";
import { toRefusal } from "./refusal.ts";
import { isTooLong, tooLong, tooManyCharacters } from "./token-limit.ts";

export type ReadDocument = (text: string) => DocumentNode | readonly GraphQLError[];

const documentsMax = 200;
/** Longer ones are read each time, so that what is kept stays small. */
const textMax = 10_000;

/**
 * Parses and checks the documents of every door, and keeps the last ones. What is cheap to tell is asked first: the length of
 * the text, then its words, then the limits, and only then whether it fits the schema.
 */
export function createReadDocument(
  schema: GraphQLSchema,
  settings: Pick<DoorSettings, "document" | "introspection">,
): ReadDocument {
  const { charactersMax, tokensMax } = settings.document;
  const limits = documentRules(settings);
  const options = { hideSuggestions: settings.introspection === "off", maxErrors: errorsMax };
  const kept = new Map<string, DocumentNode>();

  const check = (document: DocumentNode): readonly GraphQLError[] => {
    const [refusal] = validate(schema, document, limits, { maxErrors: 1 });
    return refusal ? [refusal] : validate(schema, document, specifiedRules, options);
  };

  const keep = (text: string, document: DocumentNode): void => {
    if (text.length > textMax) return;
    if (kept.size >= documentsMax) kept.clear();
    kept.set(text, document);
  };

  return (text) => {
    const known = kept.get(text);
    if (known) return known;
    if (text.length > charactersMax) return [toRefusal(tooManyCharacters(charactersMax))];
    const document = parseDocument(text, tokensMax);
    const errors = document instanceof GraphQLError ? [document] : check(document);
    if (document instanceof GraphQLError || errors.length > 0) return errors;
    keep(text, document);
    return document;
  };
}

function parseDocument(text: string, tokensMax: number): DocumentNode | GraphQLError {
  const source = new DocumentSource(text);
  try {
    const document = parse(source, { maxTokens: tokensMax });
    source.putTextAway();
    return document;
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    return isTooLong(source, tokensMax) ? toRefusal(tooLong(tokensMax)) : error;
  }
}
