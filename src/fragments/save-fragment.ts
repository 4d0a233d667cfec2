import { z } from "zod";
import { requirePermission } from "../access/index.ts";
import {
  type Channel,
  channels,
  conflict,
  createId,
  invalid,
  isId,
  notFound,
  parseInput,
  requireRevision,
  storableText,
  storableTextOrEmpty,
} from "../base/index.ts";
import { checkFragmentFor, fragmentBytesMax, fragmentNamesIn } from "../content/index.ts";
import { type Context, changesBetween, inTransaction, recordEvent, run } from "../storage/index.ts";
import { type Fragment, FragmentSchema, FragmentVersionSchema } from "./fragment.entity.ts";
import { lockFragments } from "./sql/lock-fragments.ts";
import { selectUsedFragments } from "./sql/select-used-fragments.ts";

export type SaveFragmentInput = {
  /** Absent for a new one. */
  readonly id?: string | null | undefined;
  readonly name: string;
  readonly channel: Channel;
  readonly description?: string | null | undefined;
  readonly content: string;
  /** Needed with an id. */
  readonly expectedRevision?: number | null | undefined;
};

const inputSchema = z.object({
  id: z.string().nullish(),
  name: z
    .string()
    .normalize()
    .regex(
      /^[\p{L}_][\p{L}\p{M}\p{N}_]{0,99}$/u,
      "must begin with a letter and have up to 100 letters, digits and _, like every name in a template",
    ),
  channel: z.enum(channels),
  description: storableTextOrEmpty(5_000).nullish(),
  content: storableText(fragmentBytesMax).refine(
    (text) => Buffer.byteLength(text) <= fragmentBytesMax,
    `must have at most ${fragmentBytesMax / 1024} kB`,
  ),
  expectedRevision: z.int().nullish(),
});
type Saving = z.output<typeof inputSchema>;

/**
 * Adds a version, and the fragment itself when there is no id. Drafts use it from now on; what is live does not. A
 * fragment has no draft of its own, so one with a fault, or that would use itself, is refused.
 */
export async function saveFragment(ctx: Context, input: SaveFragmentInput): Promise<Fragment> {
  requirePermission(ctx, "campaigns:write");
  const saving = parseInput(inputSchema, input);
  return inTransaction(ctx, async (tx) => {
    await run(tx, lockFragments());
    const before = saving.id ? await stateOf(tx, saving.id) : null;
    const fragment = saving.id ? await changedFragment(tx, saving, saving.id) : await newFragment(tx, saving);
    const fragmentNames = fragmentNamesIn([saving.content]);
    await requireNoFaults(tx, { fragment, content: saving.content, fragmentNames });
    await tx.em.persist(fragment).flush();
    const version = tx.em.create(FragmentVersionSchema, {
      id: fragment.latestVersionId,
      fragmentId: fragment.id,
      number: fragment.revision,
      content: saving.content,
      fragmentNames,
      createdAt: fragment.updatedAt,
      createdBy: tx.actor.id,
    });
    await tx.em.persist(version).flush();
    const { id: fragmentId, name, channel, revision, description } = fragment;
    const changes = changesBetween(before, { description, content: version.content });
    await recordEvent(tx, { type: "fragment.saved", campaignId: null, data: { fragmentId, name, channel, revision }, changes });
    return fragment;
  });
}

async function stateOf(ctx: Context, id: string) {
  const { description, latestVersionId } = await getFragment(ctx, id);
  const version = await ctx.em.findOne(FragmentVersionSchema, { id: latestVersionId });
  return { description, content: version?.content };
}

async function newFragment(ctx: Context, { name, channel, description }: Saving): Promise<Fragment> {
  if (await ctx.em.findOne(FragmentSchema, { channel, name }))
    throw conflict("NAME_TAKEN", `There is a fragment ${name} for ${channel} already: save it by its id.`, { name, channel });
  const now = ctx.clock.now();
  return ctx.em.create(FragmentSchema, {
    ...{ id: createId(), name, channel, description: description ?? null },
    ...{ revision: 1, latestVersionId: createId(), createdAt: now, updatedAt: now },
  });
}

/** An absent description stays. */
async function changedFragment(ctx: Context, { name, channel, description, expectedRevision }: Saving, id: string) {
  const fragment = await getFragment(ctx, id);
  requireRevision("fragment", fragment, expectedRevision);
  if (fragment.name !== name || fragment.channel !== channel)
    throw invalid(
      "INPUT_INVALID",
      "Name and channel of a fragment stay: contents are written with them. Make another fragment.",
      {
        field: fragment.name === name ? "channel" : "name",
      },
    );
  if (description !== undefined) fragment.description = description;
  fragment.revision += 1;
  fragment.latestVersionId = createId();
  fragment.updatedAt = ctx.clock.now();
  return fragment;
}

export async function getFragment(ctx: Pick<Context, "em">, id: string): Promise<Fragment> {
  const fragment = isId(id) ? await ctx.em.findOne(FragmentSchema, { id }, { refresh: true }) : null;
  if (!fragment) throw notFound("FRAGMENT_NOT_FOUND", `There is no fragment ${id}.`, { id });
  return fragment;
}

type Unsaved = { readonly fragment: Fragment; readonly content: string; readonly fragmentNames: readonly string[] };

async function requireNoFaults(ctx: Context, { fragment, content, fragmentNames }: Unsaved): Promise<void> {
  const { id: fragmentId, name, channel, revision: number } = fragment;
  const keys = fragmentNames.map((inner) => ({ channel, name: inner }));
  const others = keys.length === 0 ? [] : await run(ctx, selectUsedFragments(keys));
  const asked = { channel, fragment: { fragmentId, name, number, content }, others };
  const issues = await checkFragmentFor(ctx.actor.id, asked);
  if (issues.length === 0) return;
  const sentences = issues.map((issue) => issue.message).join(" ");
  throw invalid("INPUT_INVALID", `The content of this fragment has faults: ${sentences}`, { field: "content", issues });
}
