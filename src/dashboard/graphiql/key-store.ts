const name = "envoi.apiKey";

// The key lives in sessionStorage: it survives a reload and is gone with the tab. localStorage would leave it on the disk.
export function findKey(): string | null {
  return window.sessionStorage.getItem(name);
}

export function keepKey(key: string): void {
  window.sessionStorage.setItem(name, key);
}

/** With everything that was asked under it: GraphiQL keeps tabs, variables and a history in localStorage. */
export function forgetKey(): void {
  window.sessionStorage.removeItem(name);
  const kept = Object.keys(window.localStorage).filter((entry) => entry.startsWith("graphiql"));
  for (const entry of kept) window.localStorage.removeItem(entry);
}

/** What was pasted, as a key: people copy the whole header value, and files end in a line break. */
export function readKey(pasted: string): string {
  return pasted.trim().replace(/^bearer\s+/i, "");
}

/** A header carries visible ASCII only; a browser answers anything else with an exception that names neither key nor header. */
export function isSendable(key: string): boolean {
  return /^[\x21-\x7e]+$/.test(key);
}
