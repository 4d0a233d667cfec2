import { Arg, Int } from "type-graphql";

/** The argument by which nobody changes, hands in or publishes what somebody else saved since it was read. */
export function ExpectedRevision(): ReturnType<typeof Arg> {
  const description = "The campaign's revision that was looked at: a draft that was changed since fails with VERSION_CONFLICT.";
  return Arg("expectedRevision", () => Int, { nullable: true, description });
}
