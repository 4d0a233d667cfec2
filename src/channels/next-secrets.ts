import type { Sealer } from "../storage/index.ts";
import type { ChannelConfiguration } from "./channel-configuration.entity.ts";
import { isProvider, providerOf } from "./providers/list.ts";
import { failUnreadable, findSecrets, type Secrets, sealSecrets } from "./secrets.ts";

export type NextSecrets = {
  readonly sealed: Uint8Array | null;
  /** Whether there is one; of those that cannot be opened it is taken on trust. */
  readonly has: (provider: string, secret: string) => boolean;
  /** Of every secret that was sent, `provider.secret`. */
  readonly changed: readonly string[];
};

type Present = Pick<ChannelConfiguration, "id" | "name" | "sealedSecrets">;

/** The secrets as they will be: those that were sent, and the others as they are. */
export function nextSecrets(sealer: Sealer, present: Present, sent: Secrets): NextSecrets {
  const kept = findSecrets(sealer, present);
  const changed = Object.entries(sent).flatMap(([provider, given]) => Object.keys(given).map((name) => `${provider}.${name}`));
  if (changed.length === 0)
    return { sealed: present.sealedSecrets ?? null, has: (provider, secret) => !kept || has(kept, provider, secret), changed };
  if (!kept && !isWhole(sent)) failUnreadable(present.name);
  const next = withSent(kept ?? {}, sent);
  return {
    sealed: Object.keys(next).length > 0 ? sealSecrets(sealer, present.id, next) : null,
    has: (provider, secret) => has(next, provider, secret),
    changed,
  };
}

const has = (secrets: Secrets, provider: string, secret: string): boolean => secrets[provider]?.[secret] !== undefined;

/** Whether nothing has to be kept of those providers that were sent. */
function isWhole(sent: Secrets): boolean {
  return Object.entries(sent).every(
    ([provider, given]) => isProvider(provider) && Object.keys(providerOf(provider).secrets).every((name) => name in given),
  );
}

function withSent(kept: Secrets, sent: Secrets): Secrets {
  const next: Record<string, Readonly<Record<string, string>>> = { ...kept };
  for (const [provider, given] of Object.entries(sent)) {
    const merged = Object.entries({ ...next[provider], ...given }).filter(([, text]) => text !== "");
    if (merged.length > 0) next[provider] = Object.fromEntries(merged);
    else delete next[provider];
  }
  return next;
}
