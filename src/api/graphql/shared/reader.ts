/** Whoever reads what an operation answers, over a WebSocket. */
export type Reader = {
  /** Begins a stream when few others of the same key are beginning: each looks at the database first. */
  begin<T>(start: () => Promise<T>): Promise<T>;
  /** Resolves when enough of what was sent is read that more may be made. */
  ready(): Promise<void>;
  /** Resolves when the next value, which is there, may be told: streams have their cost, and take turns. */
  turn(): Promise<void>;
  /** Sends a result that was written elsewhere, as JSON. */
  tell(result: Uint8Array): Promise<void>;
  /** Makes the answer to a query or mutation when few others are under way; null when nobody is there any more. */
  answer<T>(work: () => Promise<T>): Promise<T | null>;
};
