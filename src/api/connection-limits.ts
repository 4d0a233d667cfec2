import { readFileSync } from "node:fs";
import type { Server } from "node:http";
import type { FastifyHttpOptions, FastifyInstance } from "fastify";
import type { AddressLimit } from "./address-limit.ts";
import type { DoorSettings } from "./door-settings.ts";

/** How often Node looks for connections that are late: a limit is met that much later at most. */
const checkMilliseconds = 1000;

/** Whoever sends byte by byte, or nothing, is let go. */
export function connectionOptions({ connections }: Pick<DoorSettings, "connections">): FastifyHttpOptions<Server> {
  return {
    requestTimeout: connections.requestTimeoutSeconds * 1000,
    // Nothing came and nothing could be written: nobody reads the answer.
    connectionTimeout: connections.requestTimeoutSeconds * 1000,
    keepAliveTimeout: connections.keepAliveSeconds * 1000,
    http: {
      headersTimeout: connections.headersTimeoutSeconds * 1000,
      connectionsCheckingInterval: checkMilliseconds,
    },
  };
}

/**
 * Further connections, in all or of one address, are closed at once. At most half of the files that the process may open are
 * for callers: sessions of the database, providers and the engine need the others.
 */
export function limitConnections(
  http: FastifyInstance,
  { connections }: Pick<DoorSettings, "connections">,
  addresses: AddressLimit,
): void {
  http.server.maxConnections = Math.min(connections.max, Math.floor(openFilesMax() / 2));
  http.server.on("connection", (socket) => {
    if (!addresses.admitConnection(socket)) socket.destroy();
  });
}

/** What the system lets this process open; infinity where it sets no limit, or does not say. */
function openFilesMax(): number {
  try {
    return Number(/^Max open files +(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1] ?? Number.POSITIVE_INFINITY);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
