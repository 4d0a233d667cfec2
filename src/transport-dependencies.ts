import type { TransportDependencies } from "./channels/index.ts";
import type { Config } from "./config.ts";

/** What transports are opened with, by the engine and for proofs alike. */
export function transportDependencies(
  { sandbox, smtp, http }: Config,
  services: Pick<TransportDependencies, "em" | "sealer" | "log">,
): TransportDependencies {
  return {
    ...services,
    sandboxMessagesMax: sandbox.messagesMax,
    privateHosts: smtp.privateHosts,
    privateHttpHosts: http.privateHosts,
  };
}
