import { type Clock, unauthenticated } from "../base/index.ts";
import type { Actor } from "../storage/index.ts";
import { createKeyReader, type KeyReaderOptions } from "./authenticate-key.ts";
import { looksLikeToken, type TokenReader } from "./oidc/token-reader.ts";

/** Nothing of what proved an actor is looked at again for so long. */
const actorMilliseconds = 500;
const cacheEntriesMax = 1000;

export type Authenticator = {
  /** `header` is the value of `Authorization`. Throws UNAUTHENTICATED with the same sentence for every wrong key. */
  authenticate(header: string | undefined): Promise<Actor>;
};

/** Somebody, and until when what they showed proves it: milliseconds since 1970. */
export type Identified = { readonly actor: Actor; readonly until: number };

export type AuthenticatorOptions = KeyReaderOptions & {
  readonly clock: Clock;
  /** Null: tokens are not accepted. */
  readonly tokens: TokenReader | null;
};

export function createAuthenticator(options: AuthenticatorOptions): Authenticator {
  const readKey = createKeyReader(options);
  /** By header: under load the same one comes a thousand times a second. */
  const actors = new Map<string, Identified>();

  const identify = (header: string | undefined): Promise<Identified> => {
    const text = /^Bearer (\S+)$/i.exec(header ?? "")?.[1] ?? "";
    if (!header) throw unauthenticated("UNAUTHENTICATED", missing);
    return options.tokens && looksLikeToken(text) ? options.tokens.read(text) : readKey(text);
  };

  return {
    async authenticate(header) {
      const known = actors.get(header ?? "");
      if (known && known.until > options.clock.now().getTime()) return known.actor;
      const { actor, until } = await identify(header);
      if (actors.size >= cacheEntriesMax) actors.clear();
      actors.set(header ?? "", { actor, until: Math.min(until, options.clock.now().getTime() + actorMilliseconds) });
      return actor;
    },
  };
}

const missing = "An API key is needed: send it as `Authorization: Bearer envoi_…`.";
