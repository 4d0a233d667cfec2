import { Field, ID, InputType, Int, ObjectType } from "type-graphql";
import { type Channel, channels } from "../../../base/index.ts";
import type { ContentFragment } from "../../../content/index.ts";
import type { Fragment, FragmentVersion } from "../../../fragments/index.ts";
import { connectionOf } from "../shared/connection.ts";
import { DateTime } from "../shared/scalars.ts";

@ObjectType("FragmentVersion", { description: "What a fragment said since one saving; never changed." })
export class FragmentVersionType implements Pick<FragmentVersion, "id" | "number" | "content" | "createdAt" | "createdBy"> {
  @Field(() => ID, { description: "UUIDv7." })
  id!: string;

  @Field(() => Int, { description: "Counts from 1." })
  number!: number;

  @Field(() => String, { description: "In the personalisation language." })
  content!: string;

  @Field(() => DateTime, { description: "When it was saved." })
  createdAt!: Date;

  @Field(() => String, { description: "Id of the key that saved it." })
  createdBy!: string;
}

export const FragmentVersionConnection = connectionOf("FragmentVersion", () => FragmentVersionType);

type Stored = Pick<Fragment, "id" | "name" | "channel" | "description" | "revision" | "createdAt" | "updatedAt">;

@ObjectType("Fragment", { description: "A named piece of content, used as {{> name}} in any content of its channel." })
export class FragmentType implements Stored {
  @Field(() => ID, { description: "UUIDv7, stable over all versions." })
  id!: string;

  @Field(() => String, { description: "Unique in its channel; stays." })
  name!: string;

  @Field(() => channels, { description: "Stays." })
  channel!: Channel;

  @Field(() => String, { nullable: true, description: "For colleagues." })
  description!: string | null;

  @Field(() => Int, { description: "Number of the latest version; SaveFragmentInput takes it as expectedRevision." })
  revision!: number;

  @Field(() => String, { description: "Of the latest version." })
  content!: string;

  @Field(() => FragmentVersionConnection, { description: "Every saving, newest first." })
  versions!: InstanceType<typeof FragmentVersionConnection>;

  @Field(() => DateTime, { description: "When it was made." })
  createdAt!: Date;

  @Field(() => DateTime, { description: "When it was saved last." })
  updatedAt!: Date;
}

export const FragmentConnection = connectionOf("Fragment", () => FragmentType);

@ObjectType("ContentFragment", { description: "The version of a fragment that content went live with." })
export class ContentFragmentType implements Pick<ContentFragment, "fragmentId" | "name" | "number"> {
  @Field(() => ID, { description: "The fragment, which may have been deleted since." })
  fragmentId!: string;

  @Field(() => String, { description: "As it stands between {{> and }}." })
  name!: string;

  @Field(() => Int, { description: "Number of the version." })
  number!: number;

  @Field(() => String, { description: "What the version says." })
  content!: string;
}

@InputType("SaveFragmentInput", { description: "A new version of a fragment, or a new fragment." })
export class SaveFragmentInputType {
  @Field(() => ID, { nullable: true, description: "Of the fragment to change; absent for a new one." })
  id?: string | null;

  @Field(() => String, {
    description: "Up to 100 letters, digits and _, unique in the channel. Cannot change later.",
  })
  name!: string;

  @Field(() => channels, { description: "Cannot change later." })
  channel!: Channel;

  @Field(() => String, { nullable: true, description: "Up to 5,000 characters; absent leaves it, null empties it." })
  description?: string | null;

  @Field(() => String, {
    description: "In the personalisation language, up to 100 kB. In email it is html. May use other fragments, 5 deep.",
  })
  content!: string;

  @Field(() => Int, {
    nullable: true,
    description: "Needed with an id: the revision that was read; a stale one fails with VERSION_CONFLICT.",
  })
  expectedRevision?: number | null;
}
