/** A whole call: 50,000 recipients with their contexts. */
export const bodyBytesMax = 64 * 1024 * 1024;
/** Everything that carries no recipients. */
export const smallBodyBytesMax = 1024 * 1024;
/** Large bodies that are read at once; further ones wait for their turn, so that memory stays bounded. */
export const largeBodiesMax = 3;
/** One message on a WebSocket: a document and its variables. Calls with many recipients go over HTTP. */
export const websocketMessageBytesMax = 64 * 1024;
/** Errors of one answer; the others are left out. */
export const errorsMax = 5;
