type Given = {
  readonly identities?: readonly { readonly namespace: string }[] | null | undefined;
  readonly attributes?: Readonly<Record<string, unknown>> | null | undefined;
  readonly timeZone?: string | null | undefined;
  readonly locale?: string | null | undefined;
  readonly consents?: readonly { readonly channel: string }[] | null | undefined;
};

const namesMax = 50;
/** Whoever uses addresses as names of attributes does not bring them into the audit trail. */
const plainName = /^[A-Za-z_][A-Za-z_-]{0,49}$/;

/** The fields that were given for any of these people, each once: names, never values. Pure. */
export function namesOfFields(profiles: readonly Given[]): string[] {
  const names = new Set<string>();
  for (const { identities, attributes, timeZone, locale, consents } of profiles) {
    for (const { namespace } of identities ?? []) names.add(`identities.${namespace}`);
    for (const name of Object.keys(attributes ?? {})) names.add(plainName.test(name) ? `attributes.${name}` : "attributes");
    for (const { channel } of consents ?? []) names.add(`consents.${channel}`);
    if (timeZone) names.add("timeZone");
    if (locale) names.add("locale");
  }
  return [...names].slice(0, namesMax);
}
