import { z } from "zod";
import { storableText } from "../../../base/index.ts";
import { providerUrl, timeoutSetting } from "../../http/url-settings.ts";
import { orNull, type Settings, type SettingsOf } from "../../setting.ts";
import { areSigningSecrets } from "../../standard-webhooks.ts";

/** Of ours, and of HTTP itself. */
const takenHeaders =
  /^(host|connection|content-.*|transfer-encoding|expect|upgrade|te|trailer|keep-alive|authorization|idempotency-key|webhook-.*)$/i;

const header = z.object({
  name: z
    .string()
    .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/, "must be the name of a header")
    .refine((name) => !takenHeaders.test(name), "is a header that is set here; authorization is a secret of its own"),
  value: z.string().regex(/^[\x20-\x7e]{0,1000}$/, "must be up to 1,000 printable ASCII characters"),
});

export const httpSettings = {
  url: {
    schema: providerUrl,
    form: "TEXT",
    description: "Where messages are posted to; null for whoever may not change it: with some gateways it is the key.",
    saving:
      "Where messages are posted to: https, or http in a private network. Redirects are never followed. Needed the first time.",
    isReserved: true,
  },
  headers: {
    schema: z
      .array(header)
      .max(20)
      .nullish()
      .transform((value) => value ?? []),
    form: "PAIRS",
    description: "Headers that are sent with every message; null for whoever may not change them.",
    saving: "Headers to send with every message, up to 20; replaces those there are.",
    isReserved: true,
  },
  timeoutSeconds: timeoutSetting,
  sender: {
    schema: orNull(storableText(200)),
    form: "TEXT",
    description: "Who sends, as the gateway knows it: it stands in every body.",
    saving: "Who sends, as the gateway knows it, such as an address, a number or a name; null for none.",
    isTold: true,
  },
} as const satisfies Settings;

export type HttpSettings = SettingsOf<typeof httpSettings>;

export const httpSecrets = {
  signingSecret: {
    schema: z
      .string()
      .refine(
        areSigningSecrets,
        "must be whsec_ and 24 to 64 bytes in base64; two of them, with a space between, while one replaces the other",
      ),
    description:
      "With which every body is signed (Standard Webhooks): whsec_ and 24 to 64 bytes in base64. Two, with a space between, while one replaces the other.",
  },
  authorization: {
    schema: z.string().regex(/^[\x21-\x7e][\x20-\x7e]{0,3999}$/, "must be up to 4,000 printable ASCII characters"),
    description: "What the header Authorization says, such as Bearer and a token.",
  },
};
