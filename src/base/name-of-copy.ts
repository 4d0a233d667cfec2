/** Cut so that it fits into 200 characters, and never through the middle of one. */
export function nameOfCopy(name: string): string {
  return `${name.slice(0, 190).replace(/[\ud800-\udbff]$/, "")} (copy)`;
}
