import { type Clock, unauthenticated } from "../base/index.ts";
import type { Actor, NewsDesk } from "../storage/index.ts";
import { createKeyReader, type KeyReaderOptions } from "./authenticate-key.ts";
import { looksLikeToken, type TokenReader } from "./oidc/token-reader.ts";

/** Nothing of what proved an actor is looked at again for so long. */
const actorMilliseconds = 500;
const cacheEntriesMax = 1000;

export type Authenticator = {
  /** `header` is the value of `Authorization`. Throws UNAUTHENTICATED with the same sentence for every wrong key. */
  authenticate(header: string | undefined): Promise<Actor>;
  /** Tells of every API key that was changed, by whichever process; what was known of it is forgotten by then. */
  onChange(listener: (keyId: string) => void): void;
};

/** Somebody, and until when what they showed proves it: milliseconds since 1970. */
export type Identified = { readonly actor: Actor; readonly until: number };

export type AuthenticatorOptions = KeyReaderOptions & {
  readonly clock: Clock;
  /** Null: tokens are not accepted. */
  readonly tokens: TokenReader | null;
  readonly news: Pick<NewsDesk, "subscribe">;
};

export function createAuthenticator(options: AuthenticatorOptions): Authenticator {
  const keys = createKeyReader(options);
  /** By header: under load the same one comes a thousand times a second. */
  const actors = new Map<string, Identified>();

  const identify = (header: string | undefined): Promise<Identified> => {
    const text = /^Bearer (\S+)$/i.exec(header ?? "")?.[1] ?? "";
    if (!header) throw unauthenticated("UNAUTHENTICATED", missing);
    return options.tokens && looksLikeToken(text) ? options.tokens.read(text) : keys.read(text);
  };

  let changes = 0;
  const listeners: ((keyId: string) => void)[] = [];
  options.news.subscribe((item) => {
    if (item.topic !== "api-key") return;
    changes += 1;
    keys.forget(item.id);
    for (const [header, { actor }] of actors) if (actor.id === item.id) actors.delete(header);
    for (const listener of listeners) listener(item.id);
  });

  const authenticate = async (header: string | undefined): Promise<Actor> => {
    const known = actors.get(header ?? "");
    if (known && known.until > options.clock.now().getTime()) return known.actor;
    const changesBefore = changes;
    const { actor, until } = await identify(header);
    // It may have been read just before it changed.
    if (changes !== changesBefore) return authenticate(header);
    if (actors.size >= cacheEntriesMax) actors.clear();
    actors.set(header ?? "", { actor, until: Math.min(until, options.clock.now().getTime() + actorMilliseconds) });
    return actor;
  };

  return { authenticate, onChange: (listener) => void listeners.push(listener) };
}

const missing = "An API key is needed: send it as `Authorization: Bearer envoi_…`.";
