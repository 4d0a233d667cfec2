import { z } from "zod";

/** How a setting shows in the API. A choice has a name there; pairs are a list of names with their values. */
export type SettingForm =
  | "TEXT"
  | "NUMBER"
  | "FLAG"
  | "PAIRS"
  | { readonly choice: string; readonly description: string; readonly values: Readonly<Record<string, string>> };

/** One setting of a provider. Null is a value of it exactly where its schema takes null: sending null empties it then. */
export type Setting<Schema extends z.ZodType = z.ZodType> = {
  readonly schema: Schema;
  readonly form: SettingForm;
  /** For whoever reads it in the API. */
  readonly description: string;
  /** For whoever saves it. */
  readonly saving: string;
  /** The audit trail tells its values. Of the others it tells that they changed: a new one is a secret until somebody says otherwise. */
  readonly isTold?: boolean;
  /** Shown only to whoever may change it: with some providers it is the key, or half of it. */
  readonly isReserved?: boolean;
};

export type Settings = Readonly<Record<string, Setting>>;
export type SettingsOf<S extends Settings> = { readonly [K in keyof S]: z.output<S[K]["schema"]> };

/** A text that can be written and never read. */
export type Secret = {
  readonly schema: z.ZodType<string>;
  readonly description: string;
};

export const orNull = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? null);

export function settingsSchema<S extends Settings>(settings: S): z.ZodType<SettingsOf<S>> {
  const shape = Object.fromEntries(Object.entries(settings).map(([name, { schema }]) => [name, schema]));
  return z.object(shape) as unknown as z.ZodType<SettingsOf<S>>;
}

/** What sending null empties. */
export function emptiableSettings(settings: Settings): ReadonlySet<string> {
  return new Set(namesOf(settings, ({ schema }) => schema.safeParse(null).success));
}

export function namesOf(settings: Settings, fits: (setting: Setting) => boolean): string[] {
  return Object.entries(settings).flatMap(([name, setting]) => (fits(setting) ? [name] : []));
}
