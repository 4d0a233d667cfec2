/** Which batches this worker holds, how many of their messages have no outcome yet, and what they take in memory. */
export type BatchBook = {
  claim(rows: readonly (BatchRow & { readonly bytes: number })[]): void;
  /** A message of one of these batches is rendered, and has so many characters. */
  render(campaignId: string, row: MessageRow, characters: number): void;
  /** The outcomes of these rows are about to be written; returns the batches that are empty then. They stay known until forgotten. */
  settle(rows: readonly MessageRow[]): string[];
  /** Gone: written out, or taken back by somebody else. */
  forget(batchIds: Iterable<string>): void;
  has(batchId: string): boolean;
  /** Whether a message of it has no outcome yet. */
  isOpen(batchId: string): boolean;
  /** Of context, profile data and attributes, in all of them. */
  readonly bytes: number;
  /** Characters of rendered text, in all of them. */
  readonly rendered: number;
  /** Whether something is rendered of this campaign. */
  hasRendered(campaignId: string): boolean;
};

type BatchRow = { readonly batchId: string };
type MessageRow = BatchRow & { readonly id: string };
type Held = { messages: number; bytes: number; rendered: Rendered | null };
type Rendered = { readonly campaignId: string; readonly characters: Map<string, number> };

export function createBatchBook(): BatchBook {
  const open = new Map<string, Held>();
  /** Rendered messages of each campaign. */
  const campaigns = new Map<string, number>();
  let bytes = 0;
  let rendered = 0;

  const count = (campaignId: string, change: number): void => {
    const messages = (campaigns.get(campaignId) ?? 0) + change;
    if (messages > 0) campaigns.set(campaignId, messages);
    else campaigns.delete(campaignId);
  };

  const unrender = ({ campaignId, characters }: Rendered, id: string): void => {
    const length = characters.get(id);
    if (length === undefined) return;
    characters.delete(id);
    rendered -= length;
    count(campaignId, -1);
  };

  return {
    get bytes() {
      return bytes;
    },
    get rendered() {
      return rendered;
    },
    hasRendered: (campaignId) => campaigns.has(campaignId),
    claim(rows) {
      for (const row of rows) {
        const held = open.get(row.batchId);
        if (held) {
          held.messages += 1;
          held.bytes += row.bytes;
        } else open.set(row.batchId, { messages: 1, bytes: row.bytes, rendered: null });
        bytes += row.bytes;
      }
    },
    render(campaignId, { batchId, id }, length) {
      const held = open.get(batchId);
      if (!held || length === 0) return;
      held.rendered ??= { campaignId, characters: new Map() };
      held.rendered.characters.set(id, length);
      rendered += length;
      count(campaignId, 1);
    },
    settle(rows) {
      const finished: string[] = [];
      for (const { batchId, id } of rows) {
        const held = open.get(batchId);
        // Unknown: somebody else recovers what else is in it, and finds it by its batch.
        if (held === undefined) continue;
        if (held.rendered) unrender(held.rendered, id);
        // On average: outcomes do not know what their message brought.
        const mean = held.messages > 0 ? held.bytes / held.messages : 0;
        held.messages -= 1;
        held.bytes -= mean;
        bytes -= mean;
        if (held.messages === 0) finished.push(batchId);
      }
      return finished;
    },
    forget(batchIds) {
      for (const batchId of batchIds) {
        const held = open.get(batchId);
        if (!held) continue;
        bytes -= held.bytes;
        for (const id of [...(held.rendered?.characters.keys() ?? [])]) if (held.rendered) unrender(held.rendered, id);
        open.delete(batchId);
      }
      if (open.size === 0) bytes = 0;
    },
    has: (batchId) => open.has(batchId),
    isOpen: (batchId) => (open.get(batchId)?.messages ?? 0) > 0,
  };
}
