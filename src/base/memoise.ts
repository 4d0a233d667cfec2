/** Runs `load` at the first call and gives its promise to every later one. */
export function memoise<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | null = null;
  return () => {
    loaded ??= load();
    return loaded;
  };
}
