import { channels, toError } from "../../../base/index.ts";
import { defineProvider } from "../../define-provider.ts";
import { createSandboxTransport } from "./sandbox.ts";

export const sandbox = defineProvider({
  name: "sandbox",
  description: "the built-in mailbox",
  capabilities: { channels: [channels.EMAIL, channels.SMS, channels.PUSH], isBulk: true },
  settings: {},
  secrets: {},
  createTransport: (_opened, { em, sandboxMessagesMax, log }) =>
    createSandboxTransport({
      em,
      messagesMax: sandboxMessagesMax,
      onFault: (error) => log.warn({ err: toError(error) }, "sandbox: the mailbox is trimmed later"),
    }),
  parseFeedback: null,
});
