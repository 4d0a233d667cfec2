import { channels, invalid } from "../../../base/index.ts";
import { defineProvider } from "../../define-provider.ts";
import { createFcmTransport } from "./fcm.ts";
import { readServiceAccount } from "./service-account.ts";
import { fcmSecrets, fcmSettings } from "./settings.ts";

const needed = "is needed: the JSON key file of a service account, whole";

export const fcm = defineProvider({
  name: "fcm",
  description: "push through Firebase Cloud Messaging",
  capabilities: { channels: [channels.PUSH], isBulk: false },
  settings: fcmSettings,
  secrets: fcmSecrets,
  check: (_settings, has) => (has("serviceAccount") ? [] : [{ field: "serviceAccount", message: needed }]),
  createTransport: ({ settings, secrets, connections }, { privateHttpHosts }) => {
    const account = readServiceAccount(secrets.serviceAccount ?? "");
    if (!account) throw invalid("INPUT_INVALID", `fcm.serviceAccount: ${needed}.`);
    return createFcmTransport({ settings, account, connections, privateHosts: privateHttpHosts });
  },
  // Its answers are all that it tells.
  parseFeedback: null,
});
