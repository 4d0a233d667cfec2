import { parseInput, storableText, storableTextOrEmpty } from "../base/index.ts";

const messageMax = 5000;
const optionalMessage = storableTextOrEmpty(messageMax);
const neededMessage = storableText(messageMax);

/** Null when nothing was said. */
export function parseMessage(message: string | null | undefined): string | null {
  return parseInput(optionalMessage, message?.trim() ?? "") || null;
}

export function parseNeededMessage(message: string): string {
  return parseInput(neededMessage, message.trim());
}
