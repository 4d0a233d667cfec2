import { invariant } from "../base/index.ts";
import { CompiledField } from "./compiled-field.ts";
import type { ParsedField } from "./parsed-field.ts";

/** The fields of one content, compiled, by their paths. */
export class CompiledFields {
  readonly #fields: ReadonlyMap<string, CompiledField>;

  constructor(fields: readonly ParsedField[]) {
    this.#fields = new Map(fields.map((field) => [field.path, new CompiledField(field)]));
  }

  get(path: string): CompiledField {
    const field = this.#fields.get(path);
    invariant(field, `content without ${path} was compiled`);
    return field;
  }

  /** A field that an author may leave out. */
  find(path: string): CompiledField | null {
    return this.#fields.get(path) ?? null;
  }
}
