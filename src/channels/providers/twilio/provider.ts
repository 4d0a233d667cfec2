import { channels, type Fault } from "../../../base/index.ts";
import { defineProvider } from "../../define-provider.ts";
import { parseTwilioFeedback } from "./feedback.ts";
import { type TwilioSettings, twilioSecrets, twilioSettings } from "./settings.ts";
import { createTwilioTransport } from "./twilio.ts";

export const twilio = defineProvider({
  name: "twilio",
  description: "SMS through Twilio",
  capabilities: { channels: [channels.SMS], isBulk: false },
  settings: twilioSettings,
  secrets: twilioSecrets,
  check: faultsOf,
  createTransport: ({ settings, secrets, connections }, { privateHttpHosts }) =>
    createTwilioTransport({
      settings,
      secret: (settings.apiKeySid === null ? secrets.authToken : secrets.apiKeySecret) ?? "",
      connections,
      privateHosts: privateHttpHosts,
    }),
  parseFeedback: parseTwilioFeedback,
});

function faultsOf(
  { from, messagingServiceSid, apiKeySid }: TwilioSettings,
  has: (secret: "authToken" | "apiKeySecret") => boolean,
): Fault[] {
  const faults: Fault[] = [];
  if (from === null && messagingServiceSid === null)
    faults.push({ field: "from", message: "is needed, or messagingServiceSid: one of them says who sends" });
  if (apiKeySid === null && !has("authToken"))
    faults.push({ field: "authToken", message: "is needed where there is no API key (apiKeySid and apiKeySecret)" });
  if (apiKeySid !== null && !has("apiKeySecret")) faults.push({ field: "apiKeySecret", message: "is needed with apiKeySid" });
  return faults;
}
