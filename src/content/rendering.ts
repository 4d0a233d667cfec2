import type { RenderData, RenderResult } from "./compiled-content.ts";
import type { CompiledField } from "./compiled-field.ts";
import type { Reason } from "./error-value.ts";
import { limits } from "./limits.ts";
import { toLine } from "./one-line.ts";
import { RenderFault } from "./render-fault.ts";
import { Runtime, type RuntimeOptions } from "./runtime.ts";

/** So many variables are named in the detail; all of them are in the list beside it. */
const namesMax = 10;

/** A field that could not be rendered, as the sentence that says so. */
export class FieldFault extends Error {
  override name = "FieldFault";
}

type Found = {
  /** Names of absent variables, and the first field that prints each. */
  readonly missing: Map<string, string>;
  /** Names of what is there and has no value, and what is wrong with each, at its first place. */
  readonly faults: Map<string, string>;
};

/** One message in the making: its recipient's data, and why it cannot be sent, as the fields printed so far show. */
export class Rendering {
  readonly #runtime: Runtime;
  /** Made only when something is found: most messages have none, and it costs as much as a few variables. */
  #found: Found | null = null;
  /** The first field without which the message says nothing, and that is blank. */
  #blank: string | null = null;
  #left: number = limits.messageCharactersMax;

  constructor(data: RenderData, options: RuntimeOptions) {
    this.#runtime = new Runtime(data, options);
  }

  print(field: CompiledField): string {
    const text = this.#render(field);
    const reasons = this.#runtime.takeReasons();
    if (reasons !== null) this.#note(reasons, field);
    return field.kind === "line" ? toLine(text) : text;
  }

  /** A field without which a message says nothing. */
  printNeeded(field: CompiledField): string {
    const text = this.print(field);
    if (field.isBlank(text)) this.#blank ??= field.path;
    return text;
  }

  printOptional(field: CompiledField | null): string | null {
    return field === null ? null : this.print(field);
  }

  missingContext(): RenderResult | null {
    if (this.#found === null) return null;
    const { missing, faults } = this.#found;
    const detail = [...missingSentences(missing), ...faultSentences(faults)].join(" ");
    return { kind: "missing-context", paths: [...missing.keys(), ...faults.keys()], detail };
  }

  blankField(): RenderResult | null {
    if (this.#blank === null) return null;
    return { kind: "render-error", detail: `${this.#blank}: nothing is left to read, for this recipient it is empty or blank.` };
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

  #note(reasons: ReadonlyMap<string, Reason>, field: CompiledField): void {
    this.#found ??= { missing: new Map(), faults: new Map() };
    const { missing, faults } = this.#found;
    for (const reason of reasons.values()) {
      if (reason.kind === "missing") {
        if (!missing.has(reason.name)) missing.set(reason.name, field.path);
      } else {
        const { name, fault } = field.describeReason(reason);
        if (!faults.has(name)) faults.set(name, fault);
      }
    }
  }
}

function missingSentences(missing: Found["missing"]): string[] {
  if (missing.size === 0) return [];
  const names = [...missing].slice(0, namesMax).map(([name, path]) => `${name} (printed in ${path})`);
  const more = missing.size > namesMax ? ` and ${missing.size - namesMax} more` : "";
  const verb = missing.size === 1 ? "is" : "are";
  return [`${names.join(", ")}${more} ${verb} absent or null in this recipient's context, and there is no fallback.`];
}

function faultSentences(faults: Found["faults"]): string[] {
  const sentences = [...faults].slice(0, namesMax).map(([name, fault]) => `${name} ${fault}.`);
  const more = faults.size - namesMax;
  return more > 0 ? [...sentences, `${more} more values have such a fault.`] : sentences;
}
