/**
 * Which part of an engine runs here. The ordinary one does everything except what two workers died with: that comes alone, one message
 * at a time, to another part on a thread of its own, so that whatever ends that thread takes nobody with it.
 */
export type EnginePart = {
  readonly isAlone: boolean;
  /** Parts of this process that ended before this one began, and one that lives. */
  readonly others: OtherParts;
  /** It has a lease under this id from now on. */
  readonly onLife: (workerId: string) => void;
  /** Suspects wait for the part that takes them alone. */
  readonly onSuspects: () => void;
  /** It takes suspects alone, and there were none for a while. */
  readonly onIdle: () => void;
};

export type OtherParts = {
  readonly deadIds: readonly string[];
  /** Of these, those that had nothing but one suspect and ended by themselves. */
  readonly provedIds: readonly string[];
  readonly besideIds: readonly string[];
};

const noOthers: OtherParts = { deadIds: [], provedIds: [], besideIds: [] };

/** An engine whose thread nobody watches. */
export const ordinaryPart: EnginePart = {
  isAlone: false,
  others: noOthers,
  onLife: () => undefined,
  onSuspects: () => undefined,
  onIdle: () => undefined,
};
