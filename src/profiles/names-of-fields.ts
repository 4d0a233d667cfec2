type Given = {
  readonly identities?: readonly { readonly namespace: string }[] | null | undefined;
  readonly removeIdentities?: readonly { readonly namespace: string }[] | null | undefined;
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
  return [...new Set(profiles.flatMap(namesOf))].slice(0, namesMax);
}

function namesOf({ identities, removeIdentities, attributes, timeZone, locale, consents }: Given): string[] {
  return [
    ...[...(identities ?? []), ...(removeIdentities ?? [])].map(({ namespace }) => `identities.${namespace}`),
    ...Object.keys(attributes ?? {}).map((name) => (plainName.test(name) ? `attributes.${name}` : "attributes")),
    ...(consents ?? []).map(({ channel }) => `consents.${channel}`),
    ...(timeZone ? ["timeZone"] : []),
    ...(locale ? ["locale"] : []),
  ];
}
