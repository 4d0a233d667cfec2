/**
 * A generator that ends as soon as it is told to: `return` also raises `ending`, for what it waits for. Otherwise one that waits
 * goes on until its next value, which nobody takes.
 */
export function endable<T>(
  make: (ending: AbortSignal) => AsyncGenerator<T, void, undefined>,
): AsyncGenerator<T, void, undefined> {
  const ending = new AbortController();
  const generator = make(ending.signal);
  const end = generator.return.bind(generator);
  generator.return = (value) => {
    ending.abort();
    return end(value);
  };
  return generator;
}
