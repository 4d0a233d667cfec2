/** JSON of a recipient's object, as it is stored. */
export type JsonText = { readonly characters: number; text(): string };

/** Longer ones are written again where they are needed: their object stays in memory as long as the call, and both take twice as much. */
const keptCharactersMax = 1024;

/** `json` is what `JSON.stringify` made of the object. */
export function toJsonText(object: object, json: string): JsonText {
  return new TextOfObject(object, json);
}

class TextOfObject implements JsonText {
  readonly characters: number;
  readonly #object: object;
  readonly #kept: string | null;

  constructor(object: object, json: string) {
    this.characters = json.length;
    this.#object = object;
    this.#kept = json.length <= keptCharactersMax ? json : null;
  }

  text(): string {
    return this.#kept ?? JSON.stringify(this.#object);
  }
}
