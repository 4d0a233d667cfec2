import type { IncomingMessage } from "node:http";
import proxyAddr from "@fastify/proxy-addr";

export type CallerAddress = (request: IncomingMessage) => string;

/** The address of whoever called. What `X-Forwarded-For` says counts only as far as trusted proxies wrote it. */
export function createCallerAddress(trustedProxies: readonly string[]): CallerAddress {
  const isTrusted = proxyAddr.compile([...trustedProxies]);
  return (request) => proxyAddr(request, isTrusted) ?? "unknown";
}
