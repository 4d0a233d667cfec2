import { X509Certificate } from "node:crypto";
import { z } from "zod";
import { isStorableText, storableText } from "../../../base/index.ts";
import { readEmailAddress } from "../../email-address.ts";
import { isNeverConnected, literalAddress } from "../../host-rules.ts";
import { orNull, type Secret, type Settings, type SettingsOf } from "../../setting.ts";

/** TLS from the first byte, STARTTLS required before anything is said, or none (a relay on this machine). */
const securities = { TLS: "TLS", STARTTLS: "STARTTLS", NONE: "NONE" } as const;

const oneLine = z
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

export const smtpSettings = {
  host: {
    schema: host,
    form: "TEXT",
    description: "Host name or address.",
    saving: "Host name or address. Needed the first time.",
    isTold: true,
  },
  port: {
    schema: z.int().min(1).max(65_535),
    form: "NUMBER",
    description: "1 to 65535.",
    saving: "Usually 465 (TLS), 587 (STARTTLS) or 25. Needed the first time.",
    isTold: true,
  },
  security: {
    schema: z.enum(securities).default("STARTTLS"),
    form: {
      choice: "SmtpSecurity",
      description: "TLS from the first byte, STARTTLS required, or NONE for a relay on the same machine.",
      values: securities,
    },
    description: "How the connection is protected.",
    saving: "STARTTLS unless said.",
    isTold: true,
  },
  /** Off checks nothing. A server with a certificate of its own making needs `caCertificate` instead. */
  verifyCertificate: {
    schema: z.boolean().default(true),
    form: "FLAG",
    description: "Whether the server's certificate is checked.",
    saving: "True unless said; false checks nothing. For a certificate of its own making give caCertificate instead.",
    isTold: true,
  },
  caCertificate: {
    schema: orNull(certificates),
    form: "TEXT",
    description: "The certificates that alone are trusted; null for those that Node.js trusts.",
    saving:
      "Certificates, as PEM, that the server's own must be signed by, or be; then only they are trusted. Null: those that Node.js trusts.",
  },
  username: {
    schema: orNull(storableText(200)),
    form: "TEXT",
    description: "User name for AUTH; null for none, and for whoever may not change it: that takes configurations:write.",
    saving: "User name for AUTH; null for none.",
    isReserved: true,
  },
  fromName: {
    schema: orNull(oneLine),
    form: "TEXT",
    description: "Name that recipients see.",
    saving: "Name that recipients see; null for none.",
    isTold: true,
  },
  fromAddress: {
    schema: emailAddress,
    form: "TEXT",
    description: "Address that recipients see; its domain is that of every Message-ID.",
    saving: "Address that recipients see. Needed the first time.",
    isTold: true,
  },
  replyToAddress: {
    schema: orNull(emailAddress),
    form: "TEXT",
    description: "Where answers go.",
    saving: "Where answers go; null for the sender.",
    isTold: true,
  },
} as const satisfies Settings;

export type SmtpSettings = SettingsOf<typeof smtpSettings>;

export const smtpSecrets = {
  password: {
    schema: z.string().max(1000).refine(isStorableText, "must not contain NUL characters"),
    description: "Of the user name.",
  },
} as const satisfies Readonly<Record<string, Secret>>;
