import { GraphQLError, Lexer, type Source, TokenKind } from "graphql";
import { type AppError, invalid } from "../../../base/index.ts";

export function tooLong(tokensMax: number): AppError {
  return invalid(
    "DOCUMENT_TOO_LONG",
    `A document may have ${tokensMax} words and signs. Put values into variables: they do not count.`,
    { tokensMax },
  );
}

export function tooManyCharacters(charactersMax: number): AppError {
  return invalid(
    "DOCUMENT_TOO_LONG",
    `A document may have ${charactersMax} characters. Put values into variables: they do not count.`,
    { charactersMax },
  );
}

/** Whether the parser gave up at the number of tokens: it says so in words only. */
export function isTooLong(source: Source, tokensMax: number): boolean {
  const lexer = new Lexer(source);
  try {
    for (let count = 0; count <= tokensMax; count += 1) if (lexer.advance().kind === TokenKind.EOF) return false;
    return true;
  } catch (error) {
    if (error instanceof GraphQLError) return false;
    throw error;
  }
}
