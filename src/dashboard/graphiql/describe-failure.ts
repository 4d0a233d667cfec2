import { CloseCode } from "graphql-ws";
import { webSocketUrl } from "./endpoint.ts";

const sentences: Record<number, string> = {
  1001: "The server is shutting down.",
  1006: `No connection to ${webSocketUrl}.`,
  1012: "The server is restarting.",
  1013: "The server has too many connections at the moment.",
  [CloseCode.BadRequest]: "The server did not understand the request.",
  [CloseCode.Unauthorized]: "The server refused the key.",
  [CloseCode.Forbidden]: "The server refused the key.",
  [CloseCode.ConnectionInitialisationTimeout]: "The server waited too long for the key.",
  [CloseCode.ConnectionAcknowledgementTimeout]: "The server did not answer in time.",
  [CloseCode.InternalServerError]: "The server failed.",
};

/**
 * What ended a live connection, in words. A browser tells almost nothing: a bare `error` event when the connection could
 * not be made, and a number with an optional reason when it was closed.
 */
export function describeFailure(failure: unknown): string {
  if (failure instanceof CloseEvent) {
    const sentence = sentences[failure.code] ?? "The server closed the connection.";
    const reason = failure.reason ? `${failure.code}: ${failure.reason}` : `${failure.code}`;
    return `${sentence} (${reason})`;
  }
  if (failure instanceof Event) {
    return `No WebSocket connection to ${webSocketUrl}. Is the server running, and does a proxy in front of it pass WebSockets?`;
  }
  return failure instanceof Error ? failure.message : String(failure);
}

/** 4403 is the one refusal that graphql-ws would try again; the same key is refused again too. */
export function isWorthRetrying(failure: unknown): boolean {
  return !(failure instanceof CloseEvent && failure.code === CloseCode.Forbidden);
}
