import { invariant } from "../../base/index.ts";
import type { ProviderDefinition } from "../define-provider.ts";
import { discard } from "./discard/provider.ts";
import { fcm } from "./fcm/provider.ts";
import { http } from "./http/provider.ts";
import { sandbox } from "./sandbox/provider.ts";
import { smtp } from "./smtp/provider.ts";
import { twilio } from "./twilio/provider.ts";

/** Every provider. A new one is a folder beside this file and a line here. */
export const providerList = [sandbox, smtp, http, twilio, fcm, discard] as const;

export type Provider = (typeof providerList)[number]["name"];

const byName = new Map<string, ProviderDefinition>(providerList.map((definition) => [definition.name, definition]));

export const providerNames = providerList.map(({ name }) => name) as readonly Provider[];

export function isProvider(name: string): name is Provider {
  return byName.has(name);
}

export function providerOf(name: Provider): ProviderDefinition {
  const definition = byName.get(name);
  invariant(definition, `there is no provider ${name}`);
  return definition;
}
