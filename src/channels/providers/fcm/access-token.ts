import { createPrivateKey } from "node:crypto";
import { SignJWT } from "jose";
import { jsonObjectOf } from "../../http/answer.ts";
import type { HttpPool } from "../../http/http-pool.ts";
import { codeIn, httpOutcome, textIn } from "../../http/outcome.ts";
import type { Outcome } from "../../outcome.ts";
import type { ServiceAccount } from "./service-account.ts";

export type AccessToken = { readonly text: string };
/** Or why there is none: nothing was handed over then. */
export type TokenAnswer = { readonly token: AccessToken } | { readonly outcome: Outcome };

export type AccessTokens = {
  /** The present one, or a new one; asked for once, however many wait for it. */
  get(): Promise<TokenAnswer>;
  /** It was refused: the next one asks anew. Of one that was replaced meanwhile nothing changes. */
  refused(token: AccessToken): void;
};

export type AccessTokenOptions = {
  readonly account: ServiceAccount;
  readonly tokenUrl: URL;
  readonly pool: Pick<HttpPool, "post">;
};

const scope = "https://www.googleapis.com/auth/firebase.messaging";
/** Renewed so long before it ends, so that none ends on its way. */
const aheadSeconds = 600;
const lifetimeSeconds = 3600;

export function createAccessTokens({ account, tokenUrl, pool }: AccessTokenOptions): AccessTokens {
  let present: { readonly token: AccessToken; readonly until: number } | null = null;
  let asking: Promise<TokenAnswer> | null = null;

  const ask = async (): Promise<TokenAnswer> => {
    const form = new URLSearchParams({
      grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
      assertion: await assertionOf(account, tokenUrl),
    });
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const answer = await pool.post({ path: tokenUrl.pathname + tokenUrl.search, headers, body: form.toString() });
    const said = answer.kind === "answered" ? jsonObjectOf(answer.body) : {};
    const text = textIn(said.access_token);
    if (answer.kind === "answered" && answer.status === 200 && text !== undefined) {
      const seconds = typeof said.expires_in === "number" ? said.expires_in : lifetimeSeconds;
      present = { token: { text }, until: performance.now() + Math.max(seconds / 2, seconds - aheadSeconds) * 1000 };
      return { token: present.token };
    }
    const outcome = httpOutcome(answer, { verdict: "DOWN", code: codeIn(said.error), reason: textIn(said.error_description) });
    return { outcome: notHandedOver(outcome) };
  };

  return {
    async get() {
      if (present && performance.now() < present.until) return { token: present.token };
      asking ??= ask().finally(() => {
        asking = null;
      });
      return asking;
    },
    refused(token) {
      if (present?.token === token) present = null;
    },
  };
}

/** Whatever became of the call for a token, no message was in it. */
function notHandedOver(outcome: Outcome): Outcome {
  const { code } = outcome.kind === "sent" ? {} : outcome;
  const reason = `There is no access token: ${outcome.kind === "sent" ? "the answer holds none" : outcome.reason}`;
  return { kind: "deferred", reason, code: code ?? "NO_ACCESS_TOKEN", isProviderDown: true };
}

function assertionOf({ client_email, private_key, token_uri }: ServiceAccount, tokenUrl: URL): Promise<string> {
  return new SignJWT({ scope })
    .setProtectedHeader({ alg: "RS256", typ: "JWT" })
    .setIssuer(client_email)
    .setAudience(token_uri ?? tokenUrl.href)
    .setIssuedAt()
    .setExpirationTime(`${lifetimeSeconds}s`)
    .sign(createPrivateKey(private_key));
}
