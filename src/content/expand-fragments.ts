import type { ContentFragment, Inclusion, Piece } from "./fragment.ts";
import { limits } from "./limits.ts";
import { type ParsedTemplate, parseTemplate } from "./parse-template.ts";
import { limitFault, TemplateFault } from "./template-fault.ts";

export type ExpandedTemplate = {
  readonly template: string;
  readonly pieces: readonly Piece[];
  /** One for each tag that stays in the text, because its fragment cannot be put there. */
  readonly faults: readonly TemplateFault[];
};

/** Puts fragments in the place of their tags, and fragments in the place of the tags in those. */
export function expandFragments(
  template: string,
  parsed: ParsedTemplate,
  fragments: readonly ContentFragment[],
): ExpandedTemplate {
  const expansion = new Expansion(template, parsed, fragments);
  expansion.add(template, null);
  return { template: expansion.texts.join(""), pieces: expansion.pieces, faults: expansion.faults };
}

type FragmentTag = { readonly name: string; readonly start: number; readonly end: number };

class Expansion {
  readonly texts: string[] = [];
  readonly pieces: Piece[] = [];
  readonly faults: TemplateFault[] = [];
  readonly #fragments: ReadonlyMap<string, string>;
  /** Each text is read once, however often it is used. */
  readonly #tags: Map<string, readonly FragmentTag[]>;
  #length = 0;
  #bytes: number;
  #count = 0;
  /** Once a limit is broken, nothing more is put in: fragments that use each other twice would double with each level. */
  #isFull = false;

  constructor(template: string, parsed: ParsedTemplate, fragments: readonly ContentFragment[]) {
    this.#fragments = new Map(fragments.map(({ name, content }) => [name, content]));
    this.#tags = new Map([[template, tagsIn(parsed)]]);
    this.#bytes = Buffer.byteLength(template);
  }

  add(text: string, inclusion: Inclusion | null): void {
    let position = 0;
    for (const tag of this.#tagsOf(text)) {
      const inner = this.#include(tag.name, inclusion, this.#length + tag.start - position);
      if (!inner) continue;
      this.#take(text.slice(position, tag.start), inclusion, position);
      this.add(inner.text, inner);
      position = tag.end;
    }
    this.#take(text.slice(position), inclusion, position);
  }

  #tagsOf(text: string): readonly FragmentTag[] {
    const tags = this.#tags.get(text) ?? tagsIn(parseTemplate(text));
    this.#tags.set(text, tags);
    return tags;
  }

  #take(text: string, inclusion: Inclusion | null, at: number): void {
    if (text === "") return;
    this.texts.push(text);
    this.pieces.push({ start: this.#length, end: this.#length + text.length, inclusion, at });
    this.#length += text.length;
  }

  /** Null, and a fault, where the fragment cannot stand. */
  #include(name: string, outer: Inclusion | null, at: number): Inclusion | null {
    if (this.#isFull) return null;
    const text = this.#fragments.get(name);
    const fault = text === undefined ? unknownFault(name, at) : nestingFault(name, outer, at);
    if (text === undefined || fault) return this.#refuse(fault);
    this.#count += 1;
    this.#bytes += Buffer.byteLength(text);
    const broken = this.#limitFault(at);
    this.#isFull = broken !== null;
    return broken ? this.#refuse(broken) : { name, text, outer };
  }

  #limitFault(at: number): TemplateFault | null {
    if (this.#count > limits.fragmentsMax)
      return limitFault(`A text may use at most ${limits.fragmentsMax} fragments, those inside fragments counted too.`, at);
    if (this.#bytes > limits.templateBytesMax)
      return limitFault(`With its fragments, a template may have at most ${limits.templateBytesMax / 1024} kB.`, at);
    return null;
  }

  #refuse(fault: TemplateFault | null): null {
    if (fault) this.faults.push(fault);
    this.#isFull ||= this.faults.length >= limits.issuesMax;
    return null;
  }
}

function tagsIn({ fragments, spans }: ParsedTemplate): FragmentTag[] {
  return (spans ?? []).flatMap(({ start, end }) => {
    const name = fragments.get(start);
    return name === undefined ? [] : [{ name, start, end }];
  });
}

function unknownFault(name: string, at: number): TemplateFault {
  const message = `There is no fragment ${name} for this channel: correct the name, or save the fragment.`;
  return new TemplateFault("FRAGMENT_UNKNOWN", message, at);
}

function nestingFault(name: string, outer: Inclusion | null, at: number): TemplateFault | null {
  const names = namesOf(outer);
  if (names.includes(name)) {
    const circle = [...names.slice(names.indexOf(name)), name].join(", which uses ");
    return new TemplateFault("FRAGMENT_CYCLE", `A fragment cannot use itself: this is ${circle}.`, at);
  }
  if (names.length < limits.fragmentDepthMax) return null;
  const message = `Fragments may be nested at most ${limits.fragmentDepthMax} deep: here are ${names.join(", ")} and ${name}.`;
  return new TemplateFault("FRAGMENT_TOO_DEEP", message, at);
}

/** From the outermost to this one. */
function namesOf(inclusion: Inclusion | null): string[] {
  return inclusion ? [...namesOf(inclusion.outer), inclusion.name] : [];
}
