export type Examples = Readonly<Record<string, { readonly summary: string; readonly value: unknown }>>;

/** Calls as clients of the reference product send them. */
const call = { requestId: "3126743632163793", campaignId: "01990a2b-7c1e-7d3a-9f10-5b2c4d6e8f01" };
const context = { product: { name: "Jackets", category: "Clothes" }, offerCode: "THANKSGIVING" };

export const unitaryExamples = {
  profile: {
    summary: "SMS to somebody who is known, at the number of their profile",
    value: { ...call, recipients: [{ type: "aep", namespace: "phone", userId: "+33612345678" }] },
  },
  context: {
    summary: "Email with values for its content",
    value: {
      ...call,
      recipients: [
        {
          ...{ type: "aep", namespace: "email", userId: "ada@example.com", context },
          profile: { person: { name: { firstName: "Ada", lastName: "Lovelace" } } },
        },
      ],
    },
  },
  channelData: {
    summary: "Email to an address that replaces the profile's",
    value: {
      ...call,
      recipients: [
        {
          ...{ type: "aep", namespace: "email", userId: "ada@example.com" },
          ...{ mergePolicyName: "DefaultTimeBased", mergePolicySchema: "_xdm.context.profile" },
          channelData: { emailAddress: "ada.lovelace@example.com" },
        },
      ],
    },
  },
  push: {
    summary: "Push to a device",
    value: {
      ...call,
      recipients: [
        {
          ...{ type: "aep", namespace: "ecid", userId: "12345678901234567890123456789012345678" },
          channelData: { pushInfo: { appID: "com.example.shop", platform: "fcm", token: "dQw4w9WgXcQ:APA91bH" } },
        },
      ],
    },
  },
  external: {
    summary: "Somebody who has no profile",
    value: {
      ...call,
      recipients: [
        {
          ...{ type: "external", namespace: "email", userId: "guest@example.com", context },
          channelData: { emailAddress: "guest@example.com" },
        },
      ],
    },
  },
};

export const highThroughputExamples = { external: unitaryExamples.external };

const execution = {
  executionId: "01990a2b-8d2f-7e4b-8a21-6c3d5e7f9a02",
  requestId: call.requestId,
  createdAt: "2026-11-27T09:12:33.001Z",
  createdBy: "01990a2a-1111-7222-8333-444455556666",
  modifiedAt: "2026-11-27T09:12:33.001Z",
  modifiedBy: "01990a2a-1111-7222-8333-444455556666",
};

export const acceptedExamples = {
  everybody: {
    summary: "Everybody will be sent to",
    value: { ...execution, replayed: false, counts: { accepted: 1, excluded: 0, toSend: 1 } },
  },
  excluded: {
    summary: "One of two is excluded",
    value: {
      ...execution,
      ...{ replayed: false, counts: { accepted: 2, excluded: 1, toSend: 1 } },
      exclusions: [{ reason: "PROFILE_NOT_FOUND", count: 1 }],
      excluded: [{ userId: "nobody@example.com", reason: "PROFILE_NOT_FOUND" }],
    },
  },
};
