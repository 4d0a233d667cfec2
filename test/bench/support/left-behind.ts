/** What has to be ended or removed when the bench ends, also on Ctrl-C: newest first. */
const steps: (() => Promise<void> | void)[] = [];

/** Registers a step and returns the one function that takes it, at most once. */
export function onLeaving(step: () => Promise<void> | void): () => Promise<void> {
  let taken: Promise<void> | null = null;
  const once = (): Promise<void> => {
    taken ??= Promise.resolve(step()).finally(() => steps.splice(steps.indexOf(once), 1));
    return taken;
  };
  steps.push(once);
  return once;
}

export async function leaveNothingBehind(): Promise<void> {
  for (const step of [...steps].reverse())
    await Promise.resolve(step()).catch((error) => process.stderr.write(`cleaning up: ${error}\n`));
}
