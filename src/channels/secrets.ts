import { z } from "zod";
import { unavailable } from "../base/index.ts";
import type { Sealer } from "../storage/index.ts";
import type { ChannelConfiguration } from "./channel-configuration.entity.ts";

/** By provider, then by the secret's name: a configuration that changes its provider and changes back has them still. */
export type Secrets = Readonly<Record<string, Readonly<Record<string, string>>>>;

const secretsSchema: z.ZodType<Secrets> = z.record(z.string(), z.record(z.string(), z.string()));

type Sealed = Pick<ChannelConfiguration, "id" | "sealedSecrets" | "name">;

/** Bound to its row: a sealed secret copied to another configuration does not open. */
const purposeOf = (configurationId: string): string => `channel_configuration:${configurationId}`;

export function sealSecrets(sealer: Sealer, configurationId: string, secrets: Secrets): Buffer {
  return sealer.seal(purposeOf(configurationId), JSON.stringify(secrets));
}

/** Null when they were sealed with another ENVOI_SECRET. */
export function findSecrets(sealer: Sealer, { id, sealedSecrets }: Omit<Sealed, "name">): Secrets | null {
  if (!sealedSecrets) return {};
  const text = sealer.open(purposeOf(id), sealedSecrets);
  return text === null ? null : secretsSchema.parse(JSON.parse(text));
}

export function openSecrets(sealer: Sealer, configuration: Sealed): Secrets {
  return findSecrets(sealer, configuration) ?? failUnreadable(configuration.name);
}

export function failUnreadable(name: string): never {
  throw unavailable(
    "SECRET_UNREADABLE",
    `The secrets of ${name} were sealed with another ENVOI_SECRET. Enter all of them again.`,
  );
}
