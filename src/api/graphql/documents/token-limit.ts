import { GraphQLError, Lexer, type Source, TokenKind } from "graphql";
import { type AppError, invalid } from "../../../base/index.ts";

export function tooLong(tokensMax: number): AppError {
  return invalid(
    "DOCUMENT_TOO_LONG",
    `A document may have ${tokensMax} words and signs. Put values into variables: they do not count.`,
    { tokensMax },
  );
}

/** Whether the parser gave up at the number of tokens: it says so in words only. */
export function isTooLong(source: Source | undefined, tokensMax: number): boolean {
  if (!source) return false;
  const lexer = new Lexer(source);
  try {
    for (let count = 0; count <= tokensMax; count += 1) if (lexer.advance().kind === TokenKind.EOF) return false;
    return true;
  } catch (error) {
    if (error instanceof GraphQLError) return false;
    throw error;
  }
}
