import { Eta } from "eta/core";
import { InvariantError } from "../base/index.ts";
import type { TemplatePart } from "./generate.ts";
import type { Runtime } from "./runtime.ts";

/** Named templates are a door into an engine (includes, layouts); no template of ours has a name. */
class ClosedEta extends Eta {
  override templatesSync = new NoTemplates() as never;
  override templatesAsync = new NoTemplates() as never;
}

class NoTemplates {
  get(): never {
    throw new InvariantError("a template asked for another template");
  }

  define(): never {
    throw new InvariantError("a template was stored by name");
  }
}

/**
 * Lets Eta compile parts that were built from a checked tree. Eta's parser sees an empty text, and the plugin
 * puts the parts in its place: an author's text never meets a parser that takes JavaScript.
 */
export function createEngine(parts: readonly TemplatePart[], escapes: boolean): Eta {
  return new ClosedEta({
    autoEscape: escapes,
    autoTrim: false,
    cache: false,
    varName: "__rt",
    plugins: [{ processAST: () => [...parts] }],
  });
}

/** Compiles once; the function that it returns renders with the data of one `Runtime`. */
export function compileParts(parts: readonly TemplatePart[], escapes: boolean): (runtime: Runtime) => string {
  const engine = createEngine(parts, escapes);
  const template = engine.compile("");
  return (runtime) => engine.render(template, runtime);
}
