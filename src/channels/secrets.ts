import { z } from "zod";
import { unavailable } from "../base/index.ts";
import type { Sealer } from "../storage/index.ts";
import type { ChannelConfiguration } from "./channel-configuration.entity.ts";

const secretsSchema = z.object({ password: z.string().nullable() });
export type Secrets = z.output<typeof secretsSchema>;

/** Bound to its row: a sealed secret copied to another configuration does not open. */
const purposeOf = (configurationId: string): string => `channel_configuration:${configurationId}`;

export function sealSecrets(sealer: Sealer, configurationId: string, secrets: Secrets): Buffer {
  return sealer.seal(purposeOf(configurationId), JSON.stringify(secrets));
}

export function openSecrets(sealer: Sealer, configuration: Pick<ChannelConfiguration, "id" | "sealedSecrets" | "name">): Secrets {
  if (!configuration.sealedSecrets) return { password: null };
  const text = sealer.open(purposeOf(configuration.id), configuration.sealedSecrets);
  if (text === null)
    throw unavailable(
      "SECRET_UNREADABLE",
      `The secrets of ${configuration.name} were sealed with another ENVOI_SECRET. Enter them again.`,
    );
  return secretsSchema.parse(JSON.parse(text));
}
