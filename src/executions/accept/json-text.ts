/** JSON of a recipient's object, as it is stored. */
export type JsonText = { readonly characters: number; text(): string };

/** Longer ones are written again where they are needed: their object stays in memory as long as the call, and both take twice as much. */
const keptCharactersMax = 1024;

/** `json` is what `JSON.stringify` made of the object. */
export function toJsonText(object: object, json: string): JsonText {
  return json.length <= keptCharactersMax ? new Kept(json) : new Rewritten(object, json.length);
}

class Kept implements JsonText {
  readonly #json: string;

  constructor(json: string) {
    this.#json = json;
  }

  get characters(): number {
    return this.#json.length;
  }

  text(): string {
    return this.#json;
  }
}

class Rewritten implements JsonText {
  readonly #object: object;
  readonly characters: number;

  constructor(object: object, characters: number) {
    this.#object = object;
    this.characters = characters;
  }

  text(): string {
    return JSON.stringify(this.#object);
  }
}
