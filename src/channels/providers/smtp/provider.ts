import { channels } from "../../../base/index.ts";
import { defineProvider } from "../../define-provider.ts";
import { smtpSecrets, smtpSettings } from "./settings.ts";
import { createSmtpTransport } from "./smtp.ts";

export const smtp = defineProvider({
  name: "smtp",
  description: "an SMTP server",
  capabilities: { channels: [channels.EMAIL], isBulk: false },
  settings: smtpSettings,
  secrets: smtpSecrets,
  createTransport: ({ settings, secrets, connections }, { privateHosts }) =>
    createSmtpTransport({ settings, password: secrets.password ?? null, connections, privateHosts }),
  parseFeedback: null,
});
