import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from "jose";
import { AppError, type Clock, forbidden, isStorableText, type Log, unauthenticated, unavailable } from "../../base/index.ts";
import type { Identified } from "../authenticate.ts";
import { permissionsOf } from "../permissions.ts";
import { createProviderKeys, type ProviderKeysOptions } from "./provider-keys.ts";
import { type RoleRules, rolesOfClaims } from "./roles-of-claims.ts";

export type OidcSettings = {
  readonly issuer: string;
  readonly audience: string;
  readonly roles: RoleRules;
  readonly keys: Pick<ProviderKeysOptions, "freshSeconds" | "cooldownSeconds">;
};

export type TokenReader = {
  /** Whose token it is. Throws UNAUTHENTICATED, PERMISSION_MISSING when it gives no role, or IDENTITY_PROVIDER_UNAVAILABLE. */
  read(token: string): Promise<Identified>;
};

export type TokenReaderOptions = { readonly settings: OidcSettings; readonly clock: Clock; readonly log: Log };

/** Signatures that only the provider can make: no `none`, and nothing with a secret that both sides know. */
const algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"];
const clockToleranceSeconds = 5;
const subjectMax = 255;
const nameMax = 200;

/** Three parts in base64url: no API key looks like that. */
export function looksLikeToken(text: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]*$/.test(text);
}

export function createTokenReader({ settings, clock, log }: TokenReaderOptions): TokenReader {
  const keys = createProviderKeys({ ...settings.keys, issuer: settings.issuer, log });
  return {
    async read(token) {
      const claims = await verify(token, keys, { settings, now: clock.now() });
      const subject = claims.sub ?? "";
      if (subject === "" || subject.length > subjectMax || !isStorableText(subject)) throw notValid();
      const found = rolesOfClaims(claims, settings.roles);
      if (found.length === 0) throw noRole(settings.roles.claim);
      const permissions = new Set(found.flatMap((role) => permissionsOf({ role })));
      const until = ((claims.exp ?? 0) + clockToleranceSeconds) * 1000;
      const rights = { roles: new Set(found), permissions, reach: null };
      return { actor: { kind: "TOKEN", id: subject, name: nameOf(claims, subject), ...rights }, until };
    },
  };
}

type Expected = { readonly settings: OidcSettings; readonly now: Date };

async function verify(token: string, keys: JWTVerifyGetKey, { settings, now }: Expected): Promise<JWTPayload> {
  try {
    const verified = await jwtVerify(token, keys, {
      issuer: settings.issuer,
      audience: settings.audience,
      algorithms,
      clockTolerance: clockToleranceSeconds,
      currentDate: now,
      requiredClaims: ["sub", "exp"],
    });
    return verified.payload;
  } catch (error) {
    if (error instanceof AppError) throw error;
    if (error instanceof errors.JOSEError && !providerFaults.has(error.code)) throw notValid(error);
    throw unavailable(
      "IDENTITY_PROVIDER_UNAVAILABLE",
      "The keys of the identity provider cannot be read just now, and the known ones do not fit this token. Try again in a moment.",
      { retryable: true },
      error,
    );
  }
}

/** The provider did not answer, or not with keys: that says nothing about the token. */
const providerFaults = new Set(["ERR_JWKS_TIMEOUT", "ERR_JWKS_INVALID", "ERR_JOSE_GENERIC"]);

function notValid(cause?: unknown): AppError {
  return unauthenticated(
    "UNAUTHENTICATED",
    "This token is not valid here: it has expired, was changed, or is from another issuer or for another audience.",
    {},
    cause,
  );
}

function noRole(claim: string): AppError {
  return forbidden("PERMISSION_MISSING", `This token is valid, but its claim ${claim} gives no role here.`, { claim });
}

function nameOf(claims: JWTPayload, subject: string): string {
  const names = [claims.name, claims.preferred_username, claims.email, subject];
  const name = names.find((value) => typeof value === "string" && value.trim() !== "" && isStorableText(value)) as string;
  return name
    .trim()
    .slice(0, nameMax)
    .replace(/[\ud800-\udbff]$/, "");
}
