/**
 * Numbers from 0 up to 1 that follow from a message's id: a message that is rendered again, after a crash or for a
 * second try, says the same. Good enough to choose a greeting, not to keep a secret.
 */
export function createMessageRandom(id: string): () => number {
  let state = hash(id);
  // Mulberry32 (public domain, Tommy Ettinger): 32 bits of state, even enough for what a text can use.
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return value;
}
