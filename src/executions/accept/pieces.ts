import type { NewMessage } from "./plan-execution.ts";

/** Of contexts and profiles that one statement carries: while it is sent they are in memory three times more. */
export const pieceCharactersMax = 4 * 1024 * 1024;

/**
 * The messages of a large call, as the statements that insert them. All that are excluded are in the first: it counts them and their
 * reasons, those after it only what they add, and so end no execution whose messages are still to come.
 */
export function inPieces(messages: readonly NewMessage[]): readonly (readonly NewMessage[])[] {
  if (fitInOneStatement(messages)) return [messages];
  const [excluded, queued] = [
    messages.filter(({ exclusion }) => exclusion !== null),
    messages.filter(({ exclusion }) => exclusion === null),
  ];
  const pieces = [excluded];
  let characters = 0;
  for (const message of queued) {
    const more = charactersOf([message]);
    if (characters > 0 && characters + more > pieceCharactersMax) {
      pieces.push([]);
      characters = 0;
    }
    pieces.at(-1)?.push(message);
    characters += more;
  }
  return pieces;
}

type Texts = Pick<NewMessage, "context" | "profileData">;

export function fitInOneStatement(texts: readonly Texts[]): boolean {
  return charactersOf(texts) <= pieceCharactersMax;
}

function charactersOf(texts: readonly Texts[]): number {
  return texts.reduce((sum, { context, profileData }) => sum + (context?.characters ?? 0) + (profileData?.characters ?? 0), 0);
}
