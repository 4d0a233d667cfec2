import { createRemoteJWKSet, type JWTVerifyGetKey } from "jose";
import { type Log, toError, unavailable } from "../../base/index.ts";

export type ProviderKeysOptions = {
  readonly issuer: string;
  /** How long its keys are used before they are asked for again: the delay until a key that it took back is refused. */
  readonly freshSeconds: number;
  /** Between two questions to a provider that did not answer, or did not know a key: whoever invents keys costs it nothing. */
  readonly cooldownSeconds: number;
  readonly log: Log;
};

const timeoutMilliseconds = 3000;

type RemoteKeys = ReturnType<typeof createRemoteJWKSet>;

/**
 * The keys that a provider signs with, found through its discovery document. While it is away the keys that are known go on
 * being used. IDENTITY_PROVIDER_UNAVAILABLE only when there are none yet.
 */
export function createProviderKeys(options: ProviderKeysOptions): JWTVerifyGetKey {
  let keys: RemoteKeys | null = null;
  let asking: Promise<void> | null = null;
  let askAgainAt = Number.NEGATIVE_INFINITY;

  const ask = async (): Promise<void> => {
    try {
      keys ??= await discover(options);
      await keys.reload();
      askAgainAt = performance.now() + options.freshSeconds * 1000;
    } catch (error) {
      askAgainAt = performance.now() + options.cooldownSeconds * 1000;
      options.log.warn({ err: toError(error), issuer: options.issuer }, "oidc: the provider's keys could not be read");
    }
  };

  return async (header, token) => {
    if (performance.now() >= askAgainAt) {
      asking ??= ask().finally(() => {
        asking = null;
      });
      await asking;
    }
    if (!keys?.jwks()) throw away();
    return keys(header, token);
  };
}

function away(): Error {
  return unavailable(
    "IDENTITY_PROVIDER_UNAVAILABLE",
    "The keys of the identity provider cannot be read just now, so no token can be checked. API keys work.",
    { retryable: true },
  );
}

async function discover({ issuer, cooldownSeconds }: ProviderKeysOptions): Promise<RemoteKeys> {
  const url = `${issuer.replace(/\/+$/, "")}/.well-known/openid-configuration`;
  const answer = await fetch(url, { redirect: "error", signal: AbortSignal.timeout(timeoutMilliseconds) });
  expectOf(answer.ok, `${url} answered ${answer.status}`);
  const document = (await answer.json()) as { readonly issuer?: unknown; readonly jwks_uri?: unknown };
  expectOf(document.issuer === issuer, `${url} speaks for another issuer`);
  expectOf(typeof document.jwks_uri === "string" && isSafe(document.jwks_uri), `${url} names no https address of keys`);
  return createRemoteJWKSet(new URL(document.jwks_uri), {
    timeoutDuration: timeoutMilliseconds,
    cooldownDuration: cooldownSeconds * 1000,
    // When they are read again is decided above: the library would forget them while the provider is away.
    cacheMaxAge: Number.POSITIVE_INFINITY,
  });
}

function expectOf(condition: boolean, fault: string): asserts condition {
  if (!condition) throw unavailable("IDENTITY_PROVIDER_UNAVAILABLE", fault);
}

/** Keys that came over a line that others can write to prove nothing. */
export function isSafe(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === "https:" || (protocol === "http:" && ["localhost", "127.0.0.1", "[::1]"].includes(hostname));
}
