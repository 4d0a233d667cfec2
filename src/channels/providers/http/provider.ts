import { channels } from "../../../base/index.ts";
import { defineProvider } from "../../define-provider.ts";
import { parseHttpFeedback } from "./feedback.ts";
import { createHttpTransport } from "./http.ts";
import { httpSecrets, httpSettings } from "./settings.ts";

export const http = defineProvider({
  name: "http",
  description: "a gateway of your own that takes signed JSON",
  capabilities: { channels: [channels.EMAIL, channels.SMS, channels.PUSH], isBulk: false },
  settings: httpSettings,
  secrets: httpSecrets,
  check: (_settings, has) =>
    has("signingSecret")
      ? []
      : [
          {
            field: "signingSecret",
            message: "is needed: whsec_ and 32 random bytes in base64, which the gateway has to know, too",
          },
        ],
  createTransport: ({ settings, secrets, connections }, { privateHttpHosts }) =>
    createHttpTransport({
      settings,
      signingSecret: secrets.signingSecret ?? "",
      authorization: secrets.authorization ?? null,
      connections,
      privateHosts: privateHttpHosts,
    }),
  parseFeedback: parseHttpFeedback,
});
