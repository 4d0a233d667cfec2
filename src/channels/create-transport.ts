import type { ChannelConfiguration } from "./channel-configuration.entity.ts";
import type { TransportDependencies } from "./define-provider.ts";
import { providerOf } from "./providers/list.ts";
import { openSecrets } from "./secrets.ts";
import type { Transport } from "./transport.ts";

/** Opens the transport of a configuration. Its settings are read once: a changed configuration needs a new one. */
export function createTransport(configuration: ChannelConfiguration, dependencies: TransportDependencies): Transport {
  const { name, secrets, createTransport: create } = providerOf(configuration.provider);
  const needsSecrets = Object.keys(secrets).length > 0;
  return create(
    {
      settings: configuration.settings[name],
      secrets: needsSecrets ? (openSecrets(dependencies.sealer, configuration)[name] ?? {}) : {},
      connections: configuration.concurrency,
    },
    dependencies,
  );
}
