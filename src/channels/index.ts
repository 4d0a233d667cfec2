/**
 * Channels: how a rendered message reaches a provider. Configurations (provider, sender, limits, sealed secrets),
 * addresses, transports and the built-in mailbox. Promises: a transport reports each message once and never
 * throws for a provider's answer; a secret is written and never read back.
 */
export { type Address, readAddress } from "./address.ts";
export { type ChannelConfiguration, ChannelConfigurationSchema } from "./channel-configuration.entity.ts";
export type { SaveChannelConfigurationInput } from "./configuration-input.ts";
export { createTransport } from "./create-transport.ts";
export type { ProviderDefinition, TransportDependencies } from "./define-provider.ts";
export { readEmailDomain } from "./email-address.ts";
export { ensureSandboxConfigurations } from "./ensure-sandbox-configurations.ts";
export { type PrivateHostRule, privateHostRules } from "./host-rules.ts";
export { findChannelConfigurations, getChannelConfiguration, listChannelConfigurations } from "./list-channel-configurations.ts";
export type { Outcome } from "./outcome.ts";
export { hasCountry } from "./phone-number.ts";
export { type Provider, providerList, providerOf } from "./providers/list.ts";
export { listSandboxMessages, type SandboxMessage } from "./sandbox-mailbox.ts";
export { saveChannelConfiguration } from "./save-channel-configuration.ts";
export type { Setting } from "./setting.ts";
export { isSetName, shownSettings } from "./shown-settings.ts";
export type { OutgoingMessage, Transport } from "./transport.ts";
