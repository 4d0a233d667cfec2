import { z } from "zod";
import { requirePermission } from "../access/index.ts";
import {
  channels,
  decodeIdCursor,
  invalid,
  type Page,
  type PageInput,
  pageSize,
  parseInput,
  storableText,
  toPage,
} from "../base/index.ts";
import { readAddress } from "../channels/index.ts";
import { addressNamespaces, findIdentities, type Profile } from "../profiles/index.ts";
import { type Context, run } from "../storage/index.ts";
import { toMessage } from "./find-message.ts";
import { type Message, type MessageStatus, messageStatuses } from "./message.ts";
import {
  countMessagesOfCampaign,
  countMessagesOfPerson,
  type MessageQuestion,
  type Person,
  selectMessagesOfCampaign,
  selectMessagesOfPerson,
} from "./sql/select-messages-of-person.ts";

const filterSchema = z
  .object({
    userId: storableText(512).nullish(),
    address: storableText(4096).nullish(),
    campaignId: z.uuid().nullish(),
    executionId: z.uuid().nullish(),
    status: z.array(z.enum(messageStatuses)).max(Object.keys(messageStatuses).length).nullish(),
    since: z.date().nullish(),
    until: z.date().nullish(),
  })
  .refine(
    ({ userId, address, campaignId, executionId }) => userId ?? address ?? campaignId ?? executionId,
    "filter must name somebody (userId or address), a campaign or an execution",
  );

export type MessagesFilter = {
  /** As a call named them; an address in any spelling. */
  readonly userId?: string | null;
  /** In any spelling. */
  readonly address?: string | null;
  readonly campaignId?: string | null;
  readonly executionId?: string | null;
  /** Any of these; all without. */
  readonly status?: readonly MessageStatus[] | null;
  /** Accepted at or after it, and before `until`. */
  readonly since?: Date | null;
  readonly until?: Date | null;
};

/** Messages of a person, a campaign or an execution, newest first: why somebody got something, or nothing. */
export async function findMessages(ctx: Context, input: PageInput & { readonly filter: MessagesFilter }): Promise<Page<Message>> {
  requirePermission(ctx, "messages:read");
  const { userId, address, ...filter } = parseInput(filterSchema, input.filter);
  const person: Person = {
    userId: userId == null ? null : { text: userId.trim(), addressKeys: addressKeysOf(userId) },
    addressKeys: address == null ? null : [address.trim(), ...addressKeysOf(address)],
    profile: null,
  };
  return pageOf(ctx, input, { ...filter, person: person.userId || person.addressKeys ? person : null });
}

/** Of a person that is known: under all their identities, and to all their addresses. */
export async function findMessagesOfProfile(
  ctx: Context,
  input: PageInput & { readonly profile: Pick<Profile, "id"> },
): Promise<Page<Message>> {
  requirePermission(ctx, "messages:read");
  const identities = await findIdentities(ctx, [input.profile.id]);
  const names = identities.map(({ value }) => value);
  const ofAddresses: readonly string[] = Object.values(addressNamespaces);
  const addressKeys = identities.flatMap(({ namespace, value }) => (ofAddresses.includes(namespace) ? [value] : []));
  const person = { userId: null, addressKeys: null, profile: { id: input.profile.id, names, addressKeys } };
  return pageOf(ctx, input, { person });
}

/** Of every channel that the text may be an address of. */
function addressKeysOf(text: string): string[] {
  return Object.values(channels).flatMap((channel) => readAddress(channel, text)?.key ?? []);
}

type Asked = Partial<{
  readonly [K in Exclude<keyof MessageQuestion, "actor" | "statuses">]: MessageQuestion[K] | undefined;
}> & { readonly status?: readonly MessageStatus[] | null | undefined };

async function pageOf(ctx: Context, page: PageInput, asked: Asked): Promise<Page<Message>> {
  const size = pageSize(page);
  const after = decodeIdCursor(page.after);
  const { person = null, campaignId = null, executionId = null, status = null, since = null, until = null } = asked;
  if (since && until && since >= until)
    throw invalid("INPUT_INVALID", "filter.until must be later than filter.since.", { field: "filter.until" });
  const question = { person, campaignId, executionId, statuses: status, since, until, actor: ctx.actor };
  const limits = { after, limit: size + 1 };
  const rows = await run(
    ctx,
    person ? selectMessagesOfPerson(question, person, limits) : selectMessagesOfCampaign(question, limits),
  );
  return toPage(
    rows.map(toMessage),
    size,
    (message) => message.id,
    async () => {
      const [found] = await run(ctx, person ? countMessagesOfPerson(question, person) : countMessagesOfCampaign(question));
      return found?.count ?? 0;
    },
  );
}
