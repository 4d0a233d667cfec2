import { z } from "zod";
import { storableText } from "../../../base/index.ts";
import { providerUrl, timeoutSetting } from "../../http/url-settings.ts";
import { orNull, type Settings, type SettingsOf } from "../../setting.ts";

const sid = (prefix: string) =>
  z.string().regex(new RegExp(`^${prefix}[0-9a-f]{32}$`), `must be ${prefix} and 32 hexadecimal digits`);

export const twilioSettings = {
  accountSid: {
    schema: sid("AC"),
    form: "TEXT",
    description: "The account.",
    saving: "The account: AC and 32 hexadecimal digits. Needed the first time.",
    isTold: true,
  },
  apiKeySid: {
    schema: orNull(sid("SK")),
    form: "TEXT",
    description: "The API key that is used; null for the account's own token, and for whoever may not change it.",
    saving: "An API key (SK…) to use with apiKeySecret; null to use the account's authToken.",
    isReserved: true,
  },
  from: {
    schema: orNull(storableText(50)),
    form: "TEXT",
    description: "The sender: a number, a short code or a name.",
    saving: "The sender: a number with its country, a short code or a name. This or messagingServiceSid is needed.",
    isTold: true,
  },
  messagingServiceSid: {
    schema: orNull(sid("MG")),
    form: "TEXT",
    description: "The messaging service that chooses the sender.",
    saving: "A messaging service (MG…) that chooses the sender. This or from is needed.",
    isTold: true,
  },
  validitySeconds: {
    schema: orNull(z.int().min(1).max(36_000)),
    form: "NUMBER",
    description: "How long a message may wait at Twilio before it is given up there.",
    saving: "1 to 36000: how long a message may wait at Twilio; null for Twilio's own.",
    isTold: true,
  },
  statusCallbackUrl: {
    schema: orNull(providerUrl),
    form: "TEXT",
    description: "Where Twilio tells what became of a message; null for whoever may not change it.",
    saving: "Where Twilio is to tell what became of a message; the message's id is added as messageId. Null for nowhere.",
    isReserved: true,
  },
  timeoutSeconds: timeoutSetting,
  baseUrl: {
    schema: orNull(providerUrl),
    form: "TEXT",
    description: "Where the API is reached; null for api.twilio.com.",
    saving: "Another origin of the API, such as https://api.dublin.ie1.twilio.com; null for https://api.twilio.com.",
    isTold: true,
  },
} as const satisfies Settings;

export type TwilioSettings = SettingsOf<typeof twilioSettings>;

const token = z.string().regex(/^[\x21-\x7e]{1,200}$/, "must be up to 200 printable ASCII characters without spaces");

export const twilioSecrets = {
  authToken: {
    schema: token,
    description: "The account's token: for the API where there is no API key, and for the signatures of callbacks.",
  },
  apiKeySecret: { schema: token, description: "Of the API key." },
};
