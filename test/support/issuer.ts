import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";

export type Issuer = {
  readonly url: string;
  /** How often its keys were asked for. */
  readonly questions: () => number;
  /** A token of this provider, good for an hour unless said otherwise. */
  token(claims?: object, options?: { readonly kid?: string }): Promise<string>;
  /** From now on signs with a new key; the present one is taken back. */
  rotate(): Promise<void>;
  /** What anybody can read of its key. */
  publicKey(): JWK;
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
};

type Pair = { readonly kid: string; readonly privateKey: CryptoKey; readonly jwk: JWK };

/** An OpenID Connect provider on a port of its own, as far as a server that checks tokens sees one. */
export async function startIssuer(options: { readonly speaksFor?: string } = {}): Promise<Issuer> {
  let count = 0;
  let questions = 0;
  const makePair = async (): Promise<Pair> => {
    count += 1;
    const { publicKey, privateKey } = await generateKeyPair("RS256", { extractable: true });
    const kid = `key-${count}`;
    return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, use: "sig", alg: "RS256" } };
  };
  let pair = await makePair();
  let url = "";
  const http = createServer((request, response) => {
    response.setHeader("content-type", "application/json");
    if (request.url === "/.well-known/openid-configuration") {
      response.end(JSON.stringify({ issuer: options.speaksFor ?? url, jwks_uri: `${url}/keys` }));
      return;
    }
    questions += 1;
    response.end(JSON.stringify({ keys: [pair.jwk] }));
  });
  const listen = (port: number) => new Promise<void>((resolve) => http.listen(port, "127.0.0.1", resolve));
  await listen(0);
  const { port } = http.address() as AddressInfo;
  url = `http://127.0.0.1:${port}`;
  return {
    url,
    questions: () => questions,
    token: (claims = {}, { kid = pair.kid } = {}) => {
      const now = Math.floor(Date.now() / 1000);
      const all = { iss: url, aud: "envoi", sub: "person-1", exp: now + 3600, iat: now, roles: ["VIEWER"], ...claims };
      return new SignJWT(all).setProtectedHeader({ alg: "RS256", kid }).sign(pair.privateKey);
    },
    async rotate() {
      pair = await makePair();
    },
    publicKey: () => pair.jwk,
    async goAway() {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
    comeBack: () => listen(port),
  };
}
