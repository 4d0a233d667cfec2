/** What a thread that is watched counts its beats in; made by who watches, handed to the thread. */
export type Pulse = Int32Array<SharedArrayBuffer>;

const beatMilliseconds = 250;

export function createPulse(): Pulse {
  return new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
}

/** In the thread: it beats for as long as its event loop turns. */
export function keepBeating(pulse: Pulse): void {
  Atomics.add(pulse, 0, 1);
  setInterval(() => Atomics.add(pulse, 0, 1), beatMilliseconds).unref();
}

export type Watch = { readonly pulse: Pulse; readonly silenceMilliseconds: number; readonly onSilent: () => void };

/**
 * Calls `onSilent` once when a thread that has begun to beat gave no sign of life for so long: an endless loop is ended by nothing
 * else. The time is counted in turns of the watcher's own event loop, so a process that was stopped as a whole finds nobody silent.
 */
export function watchPulse({ pulse, silenceMilliseconds, onSilent }: Watch): { stop(): void } {
  let seen = 0;
  let silentFor = 0;
  const timer = setInterval(() => {
    const beats = Atomics.load(pulse, 0);
    silentFor = beats === seen && beats > 0 ? silentFor + beatMilliseconds : 0;
    seen = beats;
    if (silentFor < silenceMilliseconds) return;
    clearInterval(timer);
    onSilent();
  }, beatMilliseconds);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
