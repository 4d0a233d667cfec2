import { createPrivateKey } from "node:crypto";
import { z } from "zod";
import { urlFault } from "../../http/address-rule.ts";

const accountSchema = z.object({
  type: z.literal("service_account"),
  project_id: z.string().regex(/^[a-z0-9-]{1,100}$/),
  client_email: z.string().min(1).max(300),
  private_key: z.string().refine(isPrivateKey),
  token_uri: z
    .string()
    .refine((url) => urlFault(url) === null)
    .optional(),
});

export type ServiceAccount = z.output<typeof accountSchema>;

function isPrivateKey(pem: string): boolean {
  try {
    return createPrivateKey(pem).asymmetricKeyType === "rsa";
  } catch {
    return false;
  }
}

/** The JSON file that Google gives for a service account; null when it is none. */
export function readServiceAccount(text: string): ServiceAccount | null {
  try {
    return accountSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
