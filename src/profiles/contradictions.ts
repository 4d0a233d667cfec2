import { type Fault, keyOf } from "../base/index.ts";
import { type Identity, textOf } from "./identity.ts";

type Named = {
  readonly profile: {
    readonly userId: string;
    readonly consents?: readonly { readonly channel: string }[] | null | undefined;
  };
  readonly key: Identity;
  readonly added: readonly (Identity & { readonly isPrimary: boolean })[];
  readonly removed: readonly Identity[];
};

/** What entries of one call say twice or against each other, each told where it stands second. Pure. */
export function findContradictions(people: readonly Named[]): Fault[] {
  const first = new Map<string, number>();
  return people.flatMap((person, index) => {
    const at = `profiles.${index}`;
    const earlier = first.get(textOf(person.key));
    if (earlier === undefined) first.set(textOf(person.key), index);
    const repeated =
      earlier === undefined
        ? []
        : [
            {
              field: `${at}.userId`,
              message: `this userId stands twice in the call, as in profiles.${earlier}; send each profile once`,
            },
          ];
    return [...repeated, ...faultsOf(person, at)].map((fault) => ({ ...fault, ...keyOf(person.profile.userId) }));
  });
}

function faultsOf({ profile, key, added, removed }: Named, at: string): Fault[] {
  const gone = new Set(removed.map(textOf));
  return [
    ...repeats(
      (profile.consents ?? []).map(({ channel }) => channel),
      (index, channel) => ({
        field: `${at}.consents.${index}.channel`,
        message: `${channel} has its consent in this profile already`,
      }),
    ),
    ...repeats(
      added.map(({ namespace, isPrimary }) => (isPrimary ? namespace : null)),
      (index, namespace) => ({
        field: `${at}.identities.${index}.primary`,
        message: `another identity of the namespace ${namespace} is primary already`,
      }),
    ),
    ...added.flatMap((identity, index) =>
      gone.has(textOf(identity)) ? [{ field: `${at}.identities.${index}`, message: "is added and removed in one call" }] : [],
    ),
    ...removed.flatMap((identity, index) =>
      textOf(identity) === textOf(key)
        ? [
            {
              field: `${at}.removeIdentities.${index}`,
              message: "is the one that finds the profile; find it by another to remove this",
            },
          ]
        : [],
    ),
  ];
}

function repeats(names: readonly (string | null)[], toFault: (index: number, name: string) => Fault): Fault[] {
  const seen = new Set<string>();
  return names.flatMap((name, index) => {
    if (name === null) return [];
    if (seen.has(name)) return [toFault(index, name)];
    seen.add(name);
    return [];
  });
}
