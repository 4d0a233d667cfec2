import { type Described, describeReason } from "./describe-reason.ts";
import { compileParts } from "./engine.ts";
import type { Reason } from "./error-value.ts";
import type { FieldKind } from "./field.ts";
import { generateParts } from "./generate.ts";
import type { ParsedField } from "./parsed-field.ts";
import type { RenderFault } from "./render-fault.ts";
import type { Runtime } from "./runtime.ts";
import { isBlankHtml, isBlankText } from "./says-nothing.ts";
import { staticText } from "./static-text.ts";

/** A template ready to be rendered. One that is the same for everybody never reaches the engine. */
export class CompiledField {
  readonly path: string;
  readonly kind: FieldKind;
  readonly #positionOf: ParsedField["positionOf"];
  readonly #nodes: ParsedField["nodes"];
  readonly render: (runtime: Runtime) => string;
  /** Of what it printed: whether there is nothing to read. */
  readonly isBlank: (text: string) => boolean;

  constructor({ path, kind, positionOf, nodes, html }: ParsedField) {
    const isBlank = kind === "html" ? isBlankHtml : isBlankText;
    const always = nodes.map((node) => (node.kind === "text" ? node.text : "")).join("");
    // Html that nobody could read anything in is what its author wrote: it is the review's, not this recipient's.
    const mayDiffer = nodes.some((node) => node.kind !== "text" && node.kind !== "let" && !html.places.has(node.at));
    this.isBlank = isBlank(always) && mayDiffer ? isBlank : () => false;
    const isConstant = nodes.every((node) => node.kind === "text");
    const constant = isConstant ? staticText(nodes) : "";
    this.path = path;
    this.kind = kind;
    this.#positionOf = positionOf;
    this.#nodes = nodes;
    this.render = isConstant ? () => constant : compileParts(generateParts(nodes, html.places), kind === "html");
  }

  /** Where in the author's text, and what. */
  describe(fault: RenderFault): string {
    return `${this.#placeOf(fault.at)}: ${fault.message}.`;
  }

  /** Of an expression without a value. */
  describeReason(reason: Exclude<Reason, { kind: "missing" }>): Described {
    const { name, fault } = describeReason(this.#nodes, reason);
    return { name, fault: `${fault} (${this.#placeOf(reason.at)})` };
  }

  #placeOf(at: number): string {
    const position = this.#positionOf(at);
    const fragment = position?.fragment === undefined ? "" : `, fragment ${position.fragment}`;
    return position ? `${this.path}${fragment}, line ${position.line}, column ${position.column}` : this.path;
  }
}
