import type { Inclusion, Piece } from "./fragment.ts";
import { type FragmentSupply, type FragmentTag, tagsIn } from "./fragment-supply.ts";
import { limits } from "./limits.ts";
import type { ParsedTemplate } from "./parse-template.ts";
import { limitFault, TemplateFault } from "./template-fault.ts";

export type ExpandedTemplate = {
  readonly template: string;
  readonly pieces: readonly Piece[];
  /** One for each tag that stays in the text, because its fragment cannot be put there. */
  readonly faults: readonly TemplateFault[];
};

/** Puts fragments in the place of their tags, and fragments in the place of the tags in those. */
export function expandFragments(template: string, parsed: ParsedTemplate, supply: FragmentSupply): ExpandedTemplate {
  const expansion = new Expansion(template, supply);
  expansion.add({ text: template, tags: tagsIn(parsed) }, null);
  return { template: expansion.texts.join(""), pieces: expansion.pieces, faults: expansion.faults };
}

class Expansion {
  readonly texts: string[] = [];
  readonly pieces: Piece[] = [];
  readonly faults: TemplateFault[] = [];
  readonly #supply: FragmentSupply;
  #length = 0;
  #bytes: number;
  /** Once a limit is broken, nothing more is put in. */
  #isFull = false;

  constructor(template: string, supply: FragmentSupply) {
    this.#supply = supply;
    this.#bytes = Buffer.byteLength(template);
  }

  add({ text, tags }: { readonly text: string; readonly tags: readonly FragmentTag[] }, inclusion: Inclusion | null): void {
    let position = 0;
    for (const tag of tags) {
      const inner = this.#include(tag.name, inclusion, this.#length + tag.start - position);
      if (!inner) continue;
      this.#take(text.slice(position, tag.start), inclusion, position);
      this.add({ text: inner.text, tags: this.#supply.tagsOf(inner.text) }, inner);
      position = tag.end;
    }
    this.#take(text.slice(position), inclusion, position);
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
    const text = this.#supply.textOf(name);
    if (text === undefined) return this.#refuse(unknownFault(name, at));
    const fault = nestingFault(name, outer, at);
    if (fault) return this.#refuse(fault);
    this.#bytes += Buffer.byteLength(text);
    const broken = this.#limitBroken(text);
    this.#isFull = broken !== null;
    return broken === null ? { name, text, outer } : this.#refuse(limitFault(broken, at));
  }

  #limitBroken(text: string): string | null {
    if (this.#bytes > limits.templateBytesMax)
      return `With its fragments, a template may have at most ${limits.templateBytesMax / 1024} kB.`;
    if (this.#supply.take(text)) return null;
    return `A content may use at most ${limits.fragmentsMax} fragments of ${limits.fragmentBytesTogetherMax / 1024} kB together, those inside fragments counted too.`;
  }

  #refuse(fault: TemplateFault): null {
    this.faults.push(fault);
    this.#isFull ||= this.faults.length >= limits.issuesMax;
    return null;
  }
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
