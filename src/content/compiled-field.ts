import { compileParts } from "./engine.ts";
import type { FieldKind } from "./field.ts";
import { generateParts } from "./generate.ts";
import type { ParsedField } from "./parsed-field.ts";
import type { RenderFault, Runtime } from "./runtime.ts";
import { staticText } from "./static-text.ts";

/** A template ready to be rendered. One that is the same for everybody never reaches the engine. */
export class CompiledField {
  readonly path: string;
  readonly kind: FieldKind;
  readonly #positionOf: ParsedField["positionOf"];
  readonly render: (runtime: Runtime) => string;

  constructor({ path, kind, positionOf, nodes, html }: ParsedField) {
    const isConstant = nodes.every((node) => node.kind === "text");
    const constant = isConstant ? staticText(nodes) : "";
    this.path = path;
    this.kind = kind;
    this.#positionOf = positionOf;
    this.render = isConstant ? () => constant : compileParts(generateParts(nodes, html.places), kind === "html");
  }

  /** Where in the author's text, and what. */
  describe(fault: RenderFault): string {
    const position = this.#positionOf(fault.at);
    const fragment = position?.fragment === undefined ? "" : `, fragment ${position.fragment}`;
    const place = position ? `${this.path}${fragment}, line ${position.line}, column ${position.column}` : this.path;
    return `${place}: ${fault.message}.`;
  }
}
