import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import proxyAddr from "@fastify/proxy-addr";
import type { CallerAddress } from "./caller-address.ts";
import { networkOf } from "./network-of.ts";

export type AddressLimit = {
  /** Counts a connection for the address that it comes from until it is closed. False: that has as many as it may. */
  admitConnection(socket: Duplex & { readonly remoteAddress?: string | undefined }): boolean;
  /** The same for a WebSocket that comes through a trusted proxy, for the address that the proxy names. */
  admitForwarded(request: IncomingMessage, socket: Duplex): boolean;
};

export type AddressLimitOptions = {
  readonly perAddressMax: number;
  readonly trustedProxies: readonly string[];
  readonly callerAddress: CallerAddress;
};

/** Connections of one address. A trusted proxy has as many as it wants: they are those of others. */
export function createAddressLimit({ perAddressMax, trustedProxies, callerAddress }: AddressLimitOptions): AddressLimit {
  const isTrusted = proxyAddr.compile([...trustedProxies]);
  const counts = new Map<string, number>();

  const admit = (address: string, socket: Duplex): boolean => {
    const network = networkOf(address);
    const count = counts.get(network) ?? 0;
    if (count >= perAddressMax) return false;
    counts.set(network, count + 1);
    socket.once("close", () => {
      const left = (counts.get(network) ?? 1) - 1;
      if (left > 0) counts.set(network, left);
      else counts.delete(network);
    });
    return true;
  };
  const isOfProxy = (address: string | undefined): boolean => address !== undefined && isTrusted(address, 0);

  return {
    admitConnection(socket) {
      const { remoteAddress } = socket;
      // One that is gone already has none.
      return remoteAddress === undefined || isOfProxy(remoteAddress) || admit(remoteAddress, socket);
    },
    admitForwarded: (request, socket) => !isOfProxy(request.socket.remoteAddress) || admit(callerAddress(request), socket),
  };
}
