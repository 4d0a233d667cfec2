import { limits } from "./limits.ts";
import type { Names } from "./names.ts";
import { limitFault, syntaxFault } from "./template-fault.ts";
import type { Branch, EachNode, Expression, IfNode, TemplateNode, WithNode } from "./tree.ts";

export type BlockTag = "if" | "unless" | "each" | "with";
type Frame = { readonly tag: BlockTag; readonly at: number; readonly node: IfNode | EachNode | WithNode; nodes: TemplateNode[] };
type Alias = { readonly text: string; readonly at: number };

const belongs = "belongs between {%#if%} and {%/if%}.";

/** Stands in for a head that is still being read, or that turned out to be faulty. */
const unread: Expression = { kind: "literal", value: false, at: 0 };

/**
 * The blocks that are open while a template is read, and the tree that grows inside them. A block is open
 * before its head is read: a faulty head then does not make its end look like a second fault.
 */
export class Blocks {
  /** Of what stands in no block. */
  readonly nodes: TemplateNode[];
  readonly #frames: Frame[] = [];
  readonly #names: Names;
  /** Blocks around a fragment: it may not close them, but they count. */
  readonly #depth: number;

  constructor(names: Names, nodes: TemplateNode[] = [], depth = 0) {
    this.#names = names;
    this.nodes = nodes;
    this.#depth = depth;
  }

  /** The blocks of a fragment that stands here: every block that it opens ends in it. */
  ofFragment(): Blocks {
    return new Blocks(this.#names, this.#here, this.#depth + this.#frames.length);
  }

  addText(text: string, at: number): void {
    if (text !== "") this.add({ kind: "text", text, at });
  }

  add(node: TemplateNode): void {
    this.#here.push(node);
  }

  /** Returns what to call with the condition. */
  openIf(tag: "if" | "unless", at: number): (condition: Expression) => void {
    const branch: Branch = { condition: unread, body: [] };
    const node: IfNode = { kind: "if", branches: [branch], otherwise: null, at };
    this.#open({ tag, at, node, nodes: branch.body }, node);
    return decideOf(branch);
  }

  openElseIf(at: number): (condition: Expression) => void {
    const frame = this.#turnable("else if", at);
    const { node } = frame;
    if (node.kind !== "if") throw syntaxFault(`{%else if%} ${belongs}`, at);
    const branch: Branch = { condition: unread, body: [] };
    node.branches.push(branch);
    this.#turn(frame, branch.body);
    return decideOf(branch);
  }

  /** Of a condition, or of a list without items or a value that is absent: there, its item means nothing. */
  openElse(at: number): void {
    const frame = this.#turnable("else", at);
    const nodes: TemplateNode[] = [];
    frame.node.otherwise = nodes;
    this.#turn(frame, nodes);
  }

  /** Returns what to call with the list and its alias. */
  openEach(at: number): (source: Expression, alias: Alias | null) => void {
    const names = this.#names;
    const item = names.createLocal("alias", "this");
    const index = names.createLocal("index", "@index");
    const last = names.createLocal("last", "@last");
    const node: EachNode = { kind: "each", source: unread, item, index, last, body: [], otherwise: null, at };
    this.#open({ tag: "each", at, node, nodes: node.body }, node);
    return (source, alias) => {
      node.source = source;
      names.noteList(source);
      names.bindLoop({ index, last });
      names.bindItem(item, source, alias);
    };
  }

  openWith(at: number): (source: Expression, alias: Alias | null) => void {
    const names = this.#names;
    const item = names.createLocal("alias", "this");
    const node: WithNode = { kind: "with", source: unread, item, body: [], otherwise: null, at };
    this.#open({ tag: "with", at, node, nodes: node.body }, node);
    return (source, alias) => {
      node.source = source;
      names.bindItem(item, source, alias);
    };
  }

  close(tag: BlockTag, at: number): void {
    const frame = this.#frames.at(-1);
    if (!frame) throw syntaxFault(`${closerOf(tag)} closes nothing: no ${openerOf(tag)} is open here.`, at);
    if (frame.tag !== tag) this.#closeUpTo(tag, frame, at);
    this.#pop();
  }

  /** At the end of the text, or of a fragment: every block still open is a fault, shown where it begins. */
  finish(): void {
    for (const { tag, at } of this.#frames)
      this.#names.report("TEMPLATE_SYNTAX", `Expected ${closerOf(tag)} to close the ${openerOf(tag)} that begins here.`, at);
  }

  get #here(): TemplateNode[] {
    return this.#frames.at(-1)?.nodes ?? this.nodes;
  }

  /** An end that belongs to an outer block closes the inner ones too, so that one slip is one fault. */
  #closeUpTo(tag: BlockTag, frame: Frame, at: number): void {
    const message = `Expected ${closerOf(frame.tag)}, but found ${closerOf(tag)}.`;
    if (!this.#frames.some((open) => open.tag === tag)) throw syntaxFault(message, at);
    this.#names.report("TEMPLATE_SYNTAX", message, at);
    while (this.#frames.at(-1)?.tag !== tag) this.#pop();
  }

  #open(frame: Frame, node: TemplateNode): void {
    if (this.#depth + this.#frames.length >= limits.blockDepthMax)
      throw limitFault(`Blocks may be nested at most ${limits.blockDepthMax} deep.`, frame.at);
    this.add(node);
    this.#frames.push(frame);
    this.#names.enter();
  }

  #pop(): void {
    this.#frames.pop();
    this.#names.leave();
  }

  #turnable(tag: "else" | "else if", at: number): Frame {
    const frame = this.#frames.at(-1);
    if (!frame) throw syntaxFault(`{%${tag}%} ${belongs}`, at);
    if (frame.node.otherwise !== null)
      throw syntaxFault(`Expected ${closerOf(frame.tag)}: {%${tag}%} cannot follow {%else%}.`, at);
    return frame;
  }

  #turn(frame: Frame, nodes: TemplateNode[]): void {
    frame.nodes = nodes;
    this.#names.leave();
    this.#names.enter();
  }
}

function decideOf(branch: Branch): (condition: Expression) => void {
  return (condition) => {
    branch.condition = condition;
  };
}

function openerOf(tag: BlockTag): string {
  return tag === "if" || tag === "unless" ? `{%#${tag}%}` : `{{#${tag}}}`;
}

function closerOf(tag: BlockTag): string {
  return tag === "if" || tag === "unless" ? `{%/${tag}%}` : `{{/${tag}}}`;
}
