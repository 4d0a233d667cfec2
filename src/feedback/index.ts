/**
 * Feedback: what comes back from recipients and providers. So far the signed unsubscribe links. Promises: a link
 * cannot be forged or read by others.
 */
export { createUnsubscribeLinks } from "./unsubscribe-links.ts";
