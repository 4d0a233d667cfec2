import type { RenderData, RenderResult } from "./compiled-content.ts";
import type { CompiledField } from "./compiled-field.ts";
import { limits } from "./limits.ts";
import { toLine } from "./one-line.ts";
import { RenderFault, Runtime, type RuntimeOptions } from "./runtime.ts";

/** So many missing variables are named in a sentence; all of them are in the list beside it. */
const namesMax = 10;

/** A field that could not be rendered, as the sentence that says so. */
export class FieldFault extends Error {
  override name = "FieldFault";
}

/** One message in the making: its recipient's data, and what was missing in the fields printed so far. */
export class Rendering {
  readonly #runtime: Runtime;
  /** Name of a variable, and the first field that misses it. */
  #missing: Map<string, string> | null = null;
  #left: number = limits.messageCharactersMax;

  constructor(data: RenderData, options: RuntimeOptions) {
    this.#runtime = new Runtime(data, options);
  }

  print(field: CompiledField): string {
    const text = this.#render(field);
    const missing = this.#runtime.takeMissing();
    if (missing !== null) this.#note(missing, field.path);
    return field.kind === "line" ? toLine(text) : text;
  }

  printOptional(field: CompiledField | null): string | null {
    return field === null ? null : this.print(field);
  }

  missingContext(): RenderResult | null {
    if (this.#missing === null) return null;
    const names = [...this.#missing].slice(0, namesMax).map(([name, path]) => `${name} (printed in ${path})`);
    const more = this.#missing.size > namesMax ? ` and ${this.#missing.size - namesMax} more` : "";
    const verb = this.#missing.size === 1 ? "is" : "are";
    const detail = `${names.join(", ")}${more} ${verb} absent or null in this recipient's context, and there is no fallback.`;
    return { kind: "missing-context", paths: [...this.#missing.keys()], detail };
  }

  #render(field: CompiledField): string {
    try {
      this.#runtime.limitOutput(this.#left);
      const text = field.render(this.#runtime);
      this.#runtime.checkOutput(text.length, 0);
      this.#left -= text.length;
      return text;
    } catch (fault) {
      if (fault instanceof RenderFault) throw new FieldFault(field.describe(fault), { cause: fault });
      throw fault;
    }
  }

  #note(missing: ReadonlySet<string>, path: string): void {
    this.#missing ??= new Map();
    for (const name of missing) if (!this.#missing.has(name)) this.#missing.set(name, path);
  }
}
