import { z } from "zod";
import { storableText } from "../../base/index.ts";
import { urlFault } from "./address-rule.ts";

export const providerUrl = storableText(2000).superRefine((text, ctx) => {
  const fault = urlFault(text);
  if (fault !== null) ctx.addIssue({ code: "custom", message: fault });
});

export const timeoutSeconds = z
  .int()
  .min(1)
  .max(120)
  .nullish()
  .transform((value) => value ?? 30);
