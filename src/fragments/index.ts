/**
 * Fragments: named pieces of content that campaigns of one channel share. Promises: a version of a fragment never
 * changes; no fragment uses itself, and none that cannot be read is saved; two people editing the same fragment cannot
 * overwrite each other silently; content that went live keeps the versions that it went live with.
 */
export { deleteFragment } from "./delete-fragment.ts";
export { type Fragment, FragmentSchema, type FragmentVersion, FragmentVersionSchema } from "./fragment.entity.ts";
export {
  findFragment,
  findFragmentVersionPages,
  findFragmentVersions,
  listFragments,
  type VersionsAsked,
} from "./list-fragments.ts";
export { type SaveFragmentInput, saveFragment } from "./save-fragment.ts";
export { type ContentOfChannel, withFragments, withFragmentsOfAll, withoutFragments } from "./with-fragments.ts";
