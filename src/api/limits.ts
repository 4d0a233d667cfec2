/** A whole call: 50,000 recipients with their contexts. */
export const bodyBytesMax = 64 * 1024 * 1024;
/** Everything that carries no recipients. */
export const smallBodyBytesMax = 1024 * 1024;
/** Large bodies that are read and worked on at once; further ones wait unread, so that memory stays bounded. */
export const largeBodiesMax = 3;
/** Of them, those of one key: whoever holds two leaves one to the others. */
export const largeBodiesPerKeyMax = 2;
/** Bodies up to here wait for nobody. */
export const freeBodyBytesMax = 16 * 1024;
/** Bytes of the bodies in between that are read and worked on at once. */
export const middleBodiesBytesMax = 64 * 1024 * 1024;
export const middleBodiesBytesPerKeyMax = 32 * 1024 * 1024;
/** Bodies of one key that wait for their turn. */
export const waitingBodiesPerKeyMax = 500;
/** What a body in its turn must bring while others wait, once these seconds are over. */
export const bodyBytesPerSecondMin = 1024 * 1024;
export const bodyGraceSeconds = 10;
/** Requests of one key that are not yet answered. */
export const requestsPerKeyMax = 2000;
/** One message on a WebSocket: a document and its variables. Calls with many recipients go over HTTP. */
export const websocketMessageBytesMax = 64 * 1024;
/** Errors of one answer; the others are left out. */
export const errorsMax = 5;
