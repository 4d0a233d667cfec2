import { z } from "zod";
import { providerUrl, timeoutSetting } from "../../http/url-settings.ts";
import { orNull, type Settings, type SettingsOf } from "../../setting.ts";
import { readServiceAccount } from "./service-account.ts";

export const fcmSettings = {
  projectId: {
    schema: orNull(z.string().regex(/^[a-z0-9-]{1,100}$/, "must be the id of a Firebase project")),
    form: "TEXT",
    description: "The Firebase project; null for that of the service account.",
    saving: "The Firebase project whose devices are sent to; null for that of the service account.",
    isTold: true,
  },
  timeoutSeconds: {
    ...timeoutSetting,
    saving:
      "1 to 120; 30 unless said, and Google asks for 10 at least. A message that is not answered in time may have been taken.",
  },
  baseUrl: {
    schema: orNull(providerUrl),
    form: "TEXT",
    description: "Where the API is reached; null for fcm.googleapis.com.",
    saving: "Another origin of the API, over HTTP/2; null for https://fcm.googleapis.com.",
    isTold: true,
  },
  tokenUrl: {
    schema: orNull(providerUrl),
    form: "TEXT",
    description: "Where access tokens are asked for; null for the address that the service account names.",
    saving: "Where access tokens are asked for; null for the address that the service account names.",
    isTold: true,
  },
} as const satisfies Settings;

export type FcmSettings = SettingsOf<typeof fcmSettings>;

export const fcmSecrets = {
  serviceAccount: {
    schema: z
      .string()
      .max(20_000)
      .refine((text) => readServiceAccount(text) !== null, "must be the JSON key file of a Google service account, whole"),
    description: "The JSON key file of a service account that may send messages, as Google gives it.",
  },
};
