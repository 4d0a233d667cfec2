import { z } from "zod";
import { fields, jsonObject, text } from "./fields.ts";

/** What one call carries at most, unless RECIPIENTS_MAX says otherwise. */
const recipientsMax = 50_000;

const pushInfo = fields({
  appID: text.nullish().meta({ description: "Accepted, and not used: a channel configuration knows its app." }),
  platform: text.nullish().meta({ description: "Accepted, and not used." }),
  token: text.nullish().meta({ description: "The device, for PUSH." }),
});

const channelData = fields({
  emailAddress: text.nullish().meta({ description: "For EMAIL." }),
  mobilePhoneNumber: text
    .nullish()
    .meta({ description: "For SMS: +33612345678; without its country, read with defaultCountry of the channel configuration." }),
  pushInfo: pushInfo.nullish(),
}).meta({ id: "ChannelData", description: "An address that replaces the profile's." });

const person = {
  userId: text.meta({ description: "Who, once in a call. 1 to 512 characters.", example: "ada@example.com" }),
  namespace: text.nullish().meta({
    description: "The kind of identity that userId is, such as email, phone or ecid. Default: the campaign's.",
    example: "email",
  }),
  channelData: channelData.nullish(),
  profile: jsonObject.optional().meta({
    description: "An object laid over the profile's attributes, for this message only.",
    example: { person: { name: { firstName: "Ada" } } },
  }),
  context: jsonObject.optional().meta({
    description: "An object that templates read as `context.…`, at most 200 KB; the key `system` is reserved.",
    example: { product: { name: "Jackets", category: "Clothes" }, offerCode: "THANKSGIVING" },
  }),
  mergePolicyName: text.nullish().meta({ description: "Accepted, and not used: a person has one profile." }),
  mergePolicySchema: text.nullish().meta({ description: "Accepted, and not used." }),
};

const recipient = fields({
  type: z.enum(["aep", "external"], { error: "must be aep or external" }).meta({
    description: "`aep`: a profile, looked up by namespace and userId. `external`: never looked up nor created.",
  }),
  ...person,
}).meta({ id: "Recipient", description: "One person of a call." });

const externalRecipient = fields({
  type: z.literal("external", { error: "must be external: a high-throughput call reads no profiles" }),
  ...person,
}).meta({ id: "ExternalRecipient", description: "One person of a high-throughput call: no profile is read." });

const call = {
  requestId: text.meta({
    description: "The caller's idempotency key, 1 to 255 characters: send the same again after a lost answer.",
    example: "3126743632163793",
  }),
  campaignId: text.meta({ description: "Which campaign.", example: "01990a2b-7c1e-7d3a-9f10-5b2c4d6e8f01" }),
};

/** The call without its recipients, which are checked one by one. */
export const callHead = fields({ ...call, recipients: z.custom(Array.isArray, "must be a list of recipients") });

const callOf = <Item extends z.ZodType>(item: Item, id: string, description: string) => ({
  recipient: item,
  schema: fields({ ...call, recipients: z.array(item).min(1).max(recipientsMax) }).meta({ id, description }),
});

export const calls = {
  TRANSACTIONAL: callOf(recipient, "UnitaryCall", "Triggers a TRANSACTIONAL campaign for named people."),
  HIGH_THROUGHPUT: callOf(externalRecipient, "HighThroughputCall", "Triggers a campaign that is marked highThroughput."),
} as const;

export type RestCallKind = keyof typeof calls;
export type RestRecipient = z.output<typeof recipient> | z.output<typeof externalRecipient>;
