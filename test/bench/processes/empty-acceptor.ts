import { registerHooks } from "node:module";

/**
 * Loaded into a server before its own code (`node --import`): its acceptor keeps nothing and answers at once. All the rest of a
 * call is as it is: the key, the body, the checks, the answer.
 */
const source = `
  import { createId } from "../../base/index.js";
  export const quickMilliseconds = () => 1000;
  export const createAcceptor = () => ({
    async accept({ requestId, campaignId, actor, recipients }) {
      const acceptedAt = new Date();
      const counts = { acceptedCount: recipients.length, excludedCount: 0 };
      return { execution: { id: createId(), requestId, campaignId, actorId: actor.id, acceptedAt, ...counts } };
    },
    async stop() {},
  });
`;

registerHooks({
  load: (url, context, next) =>
    url.endsWith("/executions/accept/acceptor.js") ? { format: "module", shortCircuit: true, source } : next(url, context),
});
