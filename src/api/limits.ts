/** A whole call: 50,000 recipients with their contexts. */
export const bodyBytesMax = 64 * 1024 * 1024;
/** Everything that carries no recipients. */
export const smallBodyBytesMax = 1024 * 1024;
/** Large bodies that are read at once; further ones wait for their turn, so that memory stays bounded. */
export const largeBodiesMax = 3;
export const subscriptionsPerSocketMax = 100;
export const keyCheckMilliseconds = 60_000;
