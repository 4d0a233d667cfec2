/** A whole call: 50,000 recipients with their contexts. */
export const bodyBytesMax = 64 * 1024 * 1024;
/** Values of a body: a list of 50,000 recipients with forty each. As objects they take up to 250 MB. */
export const bodyValuesMax = 2_000_000;
/** Everything that carries no recipients. */
export const smallBodyBytesMax = 1024 * 1024;
/** Large bodies that are read and worked on at once; further ones wait unread, so that memory stays bounded. */
export const largeBodiesMax = 3;
/** Of them, those of one key: whoever holds two leaves one to the others. */
export const largeBodiesPerKeyMax = 2;
/** Bodies up to here wait for nobody. */
export const freeBodyBytesMax = 16 * 1024;
/**
 * Up to here the server's loop reads a body itself: the dearest one, bare phone numbers, keeps it for 15 to 30 ms of a
 * processor, and one of 256 kB for 55 to 90.
 */
export const loopBodyBytesMax = 64 * 1024;
/** Bytes of larger ones that are worked on at once: one of the largest and some small ones; others are in memory as they came. */
export const workedOnBytesMax = 72 * 1024 * 1024;
export const workedOnBytesPerKeyMax = 66 * 1024 * 1024;
/** A short call with a long answer counts as so many of them: the answer takes memory, too. */
export const dearCallBytes = 6 * 1024 * 1024;
/** Bytes of the bodies in between that are read and worked on at once. */
export const middleBodiesBytesMax = 64 * 1024 * 1024;
export const middleBodiesBytesPerKeyMax = 32 * 1024 * 1024;
/** Bodies of one key that wait for their turn. */
export const waitingBodiesPerKeyMax = 500;
/** What a body in its turn must bring while others wait, once these seconds are over. */
export const bodyBytesPerSecondMin = 1024 * 1024;
export const bodyGraceSeconds = 10;
/** Requests that wait on one connection for the answer before theirs. */
export const pipelinedRequestsMax = 64;
/** Requests of one key that are not yet answered. */
export const requestsPerKeyMax = 2000;
/** One message on a WebSocket: a document and its variables. Calls with many recipients go over HTTP. */
export const websocketMessageBytesMax = 64 * 1024;
/** Messages, pings included, that a WebSocket may send before its key is accepted. */
export const websocketMessagesBeforeKeyMax = 10;
/** Messages of one WebSocket: so many at once, then so many a second. What comes faster is read later. */
export const websocketMessagesPace = { perSecond: 100, burst: 200 };
/** Messages of one WebSocket that were read and wait for their turn; what was sent in one go may be read in one go. */
export const websocketMessagesWaitingMax = 1000;
/** Pieces of one message, and of what the network brought of it: each costs some hundred bytes beside what it holds. */
export const websocketFragmentsMax = 64;
export const websocketChunksMax = 512;
/** What waits to be read by the other side of a WebSocket, before it is neither listened to nor sent anything new. */
export const websocketUnreadBytesMax = 1024 * 1024;
/** After it was closed from this side, the other has so long to agree. */
export const websocketCloseMilliseconds = 5000;
/** Messages of a key on all its WebSockets, of 4 kB each: so many at once, then so many a second. */
export const websocketKeyPace = { perSecond: 500, burst: 1000 };
export const websocketMessageWeightBytes = 4096;
/** Queries and mutations of one WebSocket that are answered at once; others wait. */
export const websocketAnswersMax = 10;
/** Streams of a key that begin at the same time: the database's sessions are there for others, too. */
export const websocketBeginsAtOnceMax = 3;
/** Queries and mutations of a key that are answered at once over its WebSockets; others wait. */
export const websocketAnswersPerKeyMax = 20;
/** Operations of a key that are open over its WebSockets at once, and their texts together. */
export const websocketOperationsPerKeyMax = 10_000;
export const websocketOperationBytesPerKeyMax = 32 * 1024 * 1024;
/** Errors of one answer; the others are left out. */
export const errorsMax = 5;
