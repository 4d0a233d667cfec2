/** What waits, caller by caller: whoever is next gets one turn, then goes behind the others. */
export class FairQueue<Item> {
  readonly #lines = new Map<string, Item[]>();

  add(caller: string, item: Item): void {
    const line = this.#lines.get(caller);
    if (line) line.push(item);
    else this.#lines.set(caller, [item]);
  }

  /** The next item of the first caller that may have a turn. */
  take(mayHaveTurn: (caller: string) => boolean): Item | undefined {
    for (const [caller, line] of this.#lines) {
      if (!mayHaveTurn(caller)) continue;
      const item = line.shift();
      this.#lines.delete(caller);
      if (line.length > 0) this.#lines.set(caller, line);
      return item;
    }
    return undefined;
  }

  remove(caller: string, item: Item): void {
    const line = this.#lines.get(caller)?.filter((other) => other !== item) ?? [];
    if (line.length > 0) this.#lines.set(caller, line);
    else this.#lines.delete(caller);
  }

  /** In the order in which they came. */
  itemsOf(caller: string): readonly Item[] {
    return this.#lines.get(caller) ?? [];
  }

  items(): Item[] {
    return [...this.#lines.values()].flat();
  }
}
