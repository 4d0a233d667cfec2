/** Why an expression has no value. `at` is the place of the operation, `index` the operand of it that is at fault. */
export type Reason =
  /** A variable of the context that is absent or null. */
  | { readonly kind: "missing"; readonly name: string }
  /** A value that is there, but none of what the operation needs. */
  | Unreadable
  /** Nothing comes of the operands, though all of them are there and can be read. */
  | { readonly kind: "no-result"; readonly at: number };

export type Unreadable = {
  readonly kind: "unreadable";
  readonly at: number;
  readonly index: number;
  /** The kind of the value, never the value itself: it may be personal. */
  readonly found: string;
  readonly needs: string;
};

/**
 * Stands for the value of an expression that has none, as `#VALUE!` does in a spreadsheet: whatever is made of it is one,
 * with the reasons of all its operands. Where it is printed, or decides, its reasons exclude the recipient.
 */
export class ErrorValue {
  // Private, so that no path of a template leads into it.
  readonly #reasons: ReadonlyMap<string, Reason>;

  private constructor(reasons: ReadonlyMap<string, Reason>) {
    this.#reasons = reasons;
  }

  static of(reason: Reason): ErrorValue {
    return new ErrorValue(new Map([[keyOf(reason), reason]]));
  }

  static together(values: readonly unknown[]): ErrorValue | null {
    const errors = values.filter((value) => value instanceof ErrorValue);
    const [first, ...others] = errors;
    if (!first || others.length === 0) return first ?? null;
    return new ErrorValue(new Map(errors.flatMap((error) => [...error.#reasons])));
  }

  get reasons(): ReadonlyMap<string, Reason> {
    return this.#reasons;
  }

  /**
   * What it is to something that only decides: there, what is absent is false, and no more. A value that cannot be read
   * would decide wrongly.
   */
  whereItDecides(): ErrorValue | undefined {
    const kept = [...this.#reasons].filter(([, reason]) => reason.kind === "unreadable");
    if (kept.length === this.#reasons.size) return this;
    return kept.length === 0 ? undefined : new ErrorValue(new Map(kept));
  }
}

function keyOf(reason: Reason): string {
  if (reason.kind === "missing") return reason.name;
  return `${reason.at} ${reason.kind === "unreadable" ? reason.index : ""}`;
}

/** The kind of a value, as a sentence names it. */
export function kindOf(value: unknown): string {
  if (value === "") return "an empty text";
  if (Array.isArray(value)) return "a list";
  const type = typeof value;
  if (type === "string") return "a text";
  return type === "object" ? "an object" : `a ${type}`;
}
