import type { Blocks, BlockTag } from "./blocks.ts";
import { checkOperand } from "./check-operands.ts";
import { parseExpression, parsePrinted } from "./expression.ts";
import type { Names } from "./names.ts";
import { hintAbout } from "./syntax-hints.ts";
import type { TagReader, Token } from "./tag-reader.ts";
import { syntaxFault } from "./template-fault.ts";
import type { Expression } from "./tree.ts";
import { notePrinted } from "./wanted-values.ts";

/** A tag that is being read, the names that it may use, and the tree that it adds to. */
type OpenTag = { readonly reader: TagReader; readonly names: Names; readonly blocks: Blocks };

/** Reads one tag to its end, and adds what it means to the tree. */
export function parseTag(open: OpenTag): void {
  const { reader, names } = open;
  names.inCondition = false;
  if (reader.closer === "%}") parsePercentTag(open);
  else if (reader.closer === "}}}") parseVariable(open);
  else if (reader.accept("#")) parseOpening(open);
  else if (reader.accept("/")) parseEnd(open);
  else if (reader.accept(">")) parseFragment(open);
  else if (reader.accept("else")) parseElse(open);
  else parseVariable(open);
}

function parsePercentTag(open: OpenTag): void {
  const { reader } = open;
  if (reader.accept("=")) parsePrint(open);
  else if (reader.accept("#")) parseOpening(open);
  else if (reader.accept("/")) parseEnd(open);
  else if (reader.accept("else")) parseElse(open);
  else if (reader.accept("let")) parseLet(open);
  else throw reader.unexpected("=, #if, #unless, else, /if, /unless or let");
}

/** `{{path}}`, `{{{path}}}` and `{{call(...)}}`. */
function parseVariable({ reader, names, blocks }: OpenTag): void {
  reader.hasFreeNames = true;
  if (reader.sees(".")) throw reader.unexpected("a variable (names from outside keep their meaning inside a block, without ../)");
  const value = parsePrinted(reader, names);
  if (reader.peek().kind !== "close")
    throw reader.unexpected(`"${reader.closer}" after the variable (operators stand in {%= ... %})`);
  addPrint({ reader, names, blocks }, value);
}

/** `{{> name}}`: what stands for it is put in before the text is read again. */
function parseFragment({ reader, names }: OpenTag): void {
  const name = reader.expectName("the name of a fragment");
  reader.expectClose();
  names.fragments.set(reader.start, name.text.normalize());
}

/** `{%= expression %}`. */
function parsePrint({ reader, names, blocks }: OpenTag): void {
  const value = parseExpression(reader, names);
  reader.expectClose();
  addPrint({ reader, names, blocks }, value);
}

function addPrint({ reader, names, blocks }: OpenTag, value: Expression): void {
  checkOperand(names, value, "printed", "cannot be printed");
  notePrinted(names.uses, value);
  blocks.add({ kind: "print", value, raw: reader.closer === "}}}", at: reader.start });
}

/** The block opens even between the wrong braces, so that its end does not look like a second fault. */
function parseOpening(open: OpenTag): void {
  const tag = readBlockTag(open.reader, "#");
  if (tag === "if" || tag === "unless") parseCondition(open, tag);
  else parseLoop(open, tag);
}

/** `{{#each list as |item|}}` and `{{#with value as |name|}}`; the alias may be left out, `this` is always there. */
function parseLoop({ reader, names, blocks }: OpenTag, tag: "each" | "with"): void {
  const bind = tag === "each" ? blocks.openEach(reader.start) : blocks.openWith(reader.start);
  checkBraces(reader, "#", tag);
  reader.hasFreeNames = true;
  const source = parseExpression(reader, names);
  if (tag === "each") checkOperand(names, source, "list", "has no items to go through");
  const alias = reader.accept("as") ? readAlias(reader) : null;
  reader.expectClose();
  bind(source, alias);
}

function readAlias(reader: TagReader): Token {
  reader.expect("|", "before the alias");
  const alias = reader.expectName("an alias, as in |item|");
  reader.expect("|", "after the alias");
  return alias;
}

/** `{%#if condition%}` and `{%#unless condition%}`, or the same between two braces. */
function parseCondition({ reader, names, blocks }: OpenTag, tag: "if" | "unless"): void {
  const decide = blocks.openIf(tag, reader.start);
  names.inCondition = true;
  const condition = parseExpression(reader, names);
  decide(tag === "if" ? condition : { kind: "not", value: condition, at: reader.start });
  reader.expectClose();
}

/** `{%else%}` and `{%else if condition%}`, or the same between two braces. */
function parseElse({ reader, names, blocks }: OpenTag): void {
  if (reader.accept("if")) {
    const decide = blocks.openElseIf(reader.start);
    names.inCondition = true;
    decide(parseExpression(reader, names));
  } else blocks.openElse(reader.start);
  reader.expectClose();
}

/** `{%/if%}`, `{{/if}}`, `{%/unless%}`, `{{/unless}}`, `{{/each}}` and `{{/with}}`. */
function parseEnd({ reader, blocks }: OpenTag): void {
  const tag = readBlockTag(reader, "/");
  blocks.close(tag, reader.start);
  checkBraces(reader, "/", tag);
  reader.expectClose();
}

/** `{% let name = expression %}`. */
function parseLet({ reader, names, blocks }: OpenTag): void {
  const name = reader.expectName("a name after let");
  reader.expect("=", "after the name");
  const value = parseExpression(reader, names);
  reader.expectClose();
  blocks.add({ kind: "let", ...names.bindLet(name.text, value, name.at), value, at: reader.start });
}

function readBlockTag(reader: TagReader, mark: string): BlockTag {
  const { text, at } = reader.expectName(`if, unless, each or with after "${mark}"`);
  if (text === "if" || text === "unless" || text === "each" || text === "with") return text;
  throw syntaxFault(`Expected if, unless, each or with after "${mark}", but found "${text}".${hintAbout(text)}`, at);
}

/** Conditions stand between either braces. */
function checkBraces(reader: TagReader, mark: string, tag: BlockTag): void {
  if (tag === "if" || tag === "unless" || reader.closer === "}}") return;
  throw syntaxFault(`Expected {{${mark}${tag}}}: ${tag} stands between {{ and }}.`, reader.start);
}
