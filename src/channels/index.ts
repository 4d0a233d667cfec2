/**
 * Channels: how a rendered message reaches a provider. Configurations (provider, sender, limits, sealed secrets),
 * addresses, transports and the built-in mailbox. Promises: a transport reports each message once and never
 * throws for a provider's answer; a secret is written and never read back.
 */
export { type Address, readAddress } from "./address.ts";
export { type ChannelConfiguration, ChannelConfigurationSchema } from "./channel-configuration.entity.ts";
export { createTransport, type TransportDependencies } from "./create-transport.ts";
export { readEmailDomain } from "./email-address.ts";
export { ensureSandboxConfigurations } from "./ensure-sandbox-configurations.ts";
export { type PrivateHostRule, privateHostRules } from "./host-rules.ts";
export { findChannelConfigurations, getChannelConfiguration, listChannelConfigurations } from "./list-channel-configurations.ts";
export type { Outcome } from "./outcome.ts";
export { hasCountry } from "./phone-number.ts";
export { type Provider, providers, providerTraits, type SmtpSecurity, smtpSecurities } from "./provider.ts";
export { listSandboxMessages, type SandboxMessage } from "./sandbox-mailbox.ts";
export { type SaveChannelConfigurationInput, saveChannelConfiguration } from "./save-channel-configuration.ts";
export { shownSmtpSettings } from "./shown-smtp-settings.ts";
export type { OutgoingMessage, Transport } from "./transport.ts";
