import { z } from "zod";
import { storableText } from "../../base/index.ts";
import type { Setting } from "../setting.ts";
import { urlFault } from "./address-rule.ts";

export const providerUrl = storableText(2000).superRefine((text, ctx) => {
  const fault = urlFault(text);
  if (fault !== null) ctx.addIssue({ code: "custom", message: fault });
});

export const timeoutSetting = {
  schema: z
    .int()
    .min(1)
    .max(120)
    .nullish()
    .transform((value) => value ?? 30),
  form: "NUMBER",
  description: "How long an answer is waited for.",
  saving: "1 to 120; 30 unless said. A message that is not answered in time may have been taken.",
  isTold: true,
} as const satisfies Setting;
