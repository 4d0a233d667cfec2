import { X509Certificate } from "node:crypto";
import { z } from "zod";
import { type Channel, channels, storableText } from "../base/index.ts";
import { readEmailAddress } from "./email-address.ts";
import { isNeverConnected, literalAddress } from "./host-rules.ts";

/** `discard` renders and sends nothing, for load tests. */
export const providers = { sandbox: "sandbox", smtp: "smtp", discard: "discard" } as const;
export type Provider = keyof typeof providers;

export function isProvider(name: string): name is Provider {
  return Object.hasOwn(providers, name);
}

/** TLS from the first byte, STARTTLS required before anything is said, or none (a relay on this machine). */
export const smtpSecurities = { TLS: "TLS", STARTTLS: "STARTTLS", NONE: "NONE" } as const;
export type SmtpSecurity = keyof typeof smtpSecurities;

const headerText = z
  .string()
  .max(200)
  .regex(/^[^\p{Cc}]*$/u, "must be one line");
const emailAddress = z.string().refine((text) => readEmailAddress(text) !== null, "must be an email address");

/** Certificates as PEM, one after the other. */
const certificates = storableText(65_536).refine(areCertificates, "must be one or more certificates in PEM form");

function areCertificates(text: string): boolean {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
  try {
    return blocks?.every((block) => new X509Certificate(block).raw.length > 0) ?? false;
  } catch {
    return false;
  }
}

/** Names are judged when they are connected to. */
const host = storableText(253).refine((text) => {
  const address = literalAddress(text);
  return address === null || !isNeverConnected(address);
}, "must not be a link-local or metadata address");

export const smtpSettingsSchema = z.object({
  host,
  port: z.int().min(1).max(65_535),
  security: z.enum(["TLS", "STARTTLS", "NONE"]).default("STARTTLS"),
  /** Off checks nothing. A server with a certificate of its own making needs `caCertificate` instead. */
  verifyCertificate: z.boolean().default(true),
  caCertificate: certificates.nullish().transform((text) => text ?? null),
  username: storableText(200)
    .nullish()
    .transform((text) => text ?? null),
  fromName: headerText.nullish().transform((text) => text ?? null),
  fromAddress: emailAddress,
  replyToAddress: emailAddress.nullish().transform((text) => text ?? null),
});

export type SmtpSettings = z.output<typeof smtpSettingsSchema>;
export type ProviderSettings = { readonly smtp?: SmtpSettings };

const everyChannel = [channels.EMAIL, channels.SMS, channels.PUSH];

export type ProviderTraits = {
  readonly channels: readonly Channel[];
  /** Takes many messages in one hand-over; the others open a connection for each that is under way. */
  readonly isBulk: boolean;
};

export const providerTraits: Readonly<Record<Provider, ProviderTraits>> = {
  sandbox: { channels: everyChannel, isBulk: true },
  smtp: { channels: [channels.EMAIL], isBulk: false },
  discard: { channels: everyChannel, isBulk: true },
};
