import type { EntityManager } from "@mikro-orm/postgresql";
import { invariant, type Log, toError, unreachable } from "../base/index.ts";
import type { Sealer } from "../storage/index.ts";
import type { ChannelConfiguration } from "./channel-configuration.entity.ts";
import type { PrivateHostRule } from "./host-rules.ts";
import { createDiscardTransport } from "./providers/discard/discard.ts";
import { createSandboxTransport } from "./providers/sandbox/sandbox.ts";
import { createSmtpTransport } from "./providers/smtp/smtp.ts";
import { openSecrets } from "./secrets.ts";
import type { Transport } from "./transport.ts";

export type TransportDependencies = {
  readonly em: () => EntityManager;
  readonly sealer: Sealer;
  readonly sandboxMessagesMax: number;
  readonly privateHosts: PrivateHostRule;
  readonly log: Log;
};

/** Opens the transport of a configuration. Its settings are read once: a changed configuration needs a new one. */
export function createTransport(configuration: ChannelConfiguration, dependencies: TransportDependencies): Transport {
  switch (configuration.provider) {
    case "sandbox":
      return createSandboxTransport({
        em: dependencies.em,
        messagesMax: dependencies.sandboxMessagesMax,
        onFault: (error) => dependencies.log.warn({ err: toError(error) }, "sandbox: the mailbox is trimmed later"),
      });
    case "smtp": {
      const { smtp } = configuration.settings;
      invariant(smtp, `configuration ${configuration.id} has no SMTP settings`);
      const { password } = openSecrets(dependencies.sealer, configuration);
      return createSmtpTransport({
        settings: smtp,
        password,
        connections: configuration.concurrency,
        privateHosts: dependencies.privateHosts,
      });
    }
    case "discard":
      return createDiscardTransport();
    default:
      return unreachable(configuration.provider);
  }
}
