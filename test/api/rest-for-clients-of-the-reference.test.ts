import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aCampaign, act, aLiveCampaign, execute, mailbox, recipients } from "../support/campaigns.ts";
import { createRestClient, type RestClient } from "../support/rest-client.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

let app: TestApp;
let rest: RestClient;
let email: string;
let sms: string;
let push: string;

const contents = {
  EMAIL: {
    email: {
      subject: "{{context.product.name}} for {{profile.person.name.firstName}}",
      html: "<p>{{context.product.category}}: {{context.offerCode}}</p>",
      text: "{{context.product.category}}: {{context.offerCode}}",
    },
  },
  SMS: { sms: { body: "Your code is {{context.code}}." } },
  PUSH: { push: { title: "Hello {{context.name}}", body: "It has come." } },
};

beforeAll(async () => {
  app = await startTestApp();
  rest = createRestClient(app.url, app.adminKey);
  [email, sms, push] = (await Promise.all(
    (["EMAIL", "SMS", "PUSH"] as const).map(
      async (channel) => (await aLiveCampaign(app.client, { channel, content: contents[channel], createProfiles: false })).id,
    ),
  )) as [string, string, string];
  const profiles = [
    { namespace: "email", userId: "ada@shop.example", attributes: { person: { name: { firstName: "Ada" } } } },
    { namespace: "phone", userId: "+33612345678" },
    { namespace: "ecid", userId: "12345678901234567890123456789493505531" },
  ];
  await app.client.expectData("mutation ($profiles: [ProfileInput!]!) { upsertProfiles(profiles: $profiles) { __typename } }", {
    profiles,
  });
});
afterAll(() => app.stop());

let calls = 0;
const nextRequestId = (): string => {
  calls += 1;
  return `request-${calls}`;
};

/** The message that came of it. */
async function arrived(campaignId: string, executionId: string) {
  return until("the message", async () =>
    (await mailbox(app.client, campaignId)).find((message) => message.executionId === executionId),
  );
}

const context = { product: { name: "Jackets", category: "Clothes" }, offerCode: "THANKSGIVING" };

describe("a client that knows only the reference product's API", () => {
  test("sends an email to a profile, with nested context, and the answer has the reference's fields", async () => {
    const requestId = nextRequestId();
    const { status, body, headers } = await rest.post("/executions/unitary", {
      requestId,
      campaignId: email,
      recipients: [{ type: "aep", namespace: "email", userId: "ada@shop.example", context }],
    });
    expect([status, body.requestId]).toEqual([202, requestId]);
    expect(headers.get("content-type")).toMatch(/^application\/json/);
    expect(Object.keys(body)).toEqual(
      expect.arrayContaining(["executionId", "requestId", "createdAt", "createdBy", "modifiedAt", "modifiedBy"]),
    );
    expect(await arrived(email, body.executionId)).toMatchObject({
      ...{ address: "ada@shop.example", subject: "Jackets for Ada", text: "Clothes: THANKSGIVING" },
    });
  });

  test("to an address in channelData, in place of the profile's, with profile values of the call", async () => {
    const { status, body } = await rest.post("/executions/unitary", {
      requestId: nextRequestId(),
      campaignId: email,
      recipients: [
        {
          ...{ type: "aep", namespace: "email", userId: "ada@shop.example", context },
          ...{ mergePolicyName: "DefaultTimeBased", mergePolicySchema: "_xdm.context.profile" },
          channelData: { emailAddress: "lovelace@shop.example" },
          profile: { person: { name: { firstName: "Augusta", courtesyTitle: "Ms." } } },
        },
      ],
    });
    expect([status, body.counts]).toEqual([202, { accepted: 1, excluded: 0, toSend: 1 }]);
    expect(await arrived(email, body.executionId)).toMatchObject({
      ...{ address: "lovelace@shop.example", subject: "Jackets for Augusta" },
    });
  });

  test("an SMS to a profile by its number, and to another number in channelData", async () => {
    const send = (recipient: object) =>
      rest.post("/executions/unitary", {
        requestId: nextRequestId(),
        campaignId: sms,
        recipients: [{ type: "aep", namespace: "phone", userId: "+33612345678", context: { code: "4711" }, ...recipient }],
      });
    const first = await send({});
    expect(await arrived(sms, first.body.executionId)).toMatchObject({ address: "+33612345678", body: "Your code is 4711." });
    const second = await send({ channelData: { mobilePhoneNumber: "+33698765432" } });
    expect(await arrived(sms, second.body.executionId)).toMatchObject({ address: "+33698765432" });
  });

  test("a push message to a device in pushInfo", async () => {
    const { status, body } = await rest.post("/executions/unitary", {
      requestId: nextRequestId(),
      campaignId: push,
      recipients: [
        {
          ...{ type: "aep", namespace: "ecid", userId: "12345678901234567890123456789493505531", context: { name: "Ada" } },
          channelData: { pushInfo: { appID: "com.example.shop", platform: "fcm", token: "device-token-1" } },
        },
      ],
    });
    expect(status).toBe(202);
    expect(await arrived(push, body.executionId)).toMatchObject({ address: "device-token-1", title: "Hello Ada" });
  });

  test("to somebody without a profile, as external, on every channel", async () => {
    const people = [
      [
        email,
        { namespace: "email", userId: "guest@shop.example", profile: { person: { name: { firstName: "Guest" } } }, context },
      ],
      [sms, { namespace: "phone", userId: "guest", channelData: { mobilePhoneNumber: "+33611111111" }, context: { code: "1" } }],
      [push, { namespace: "ecid", userId: "g", channelData: { pushInfo: { token: "device-2" } }, context: { name: "Guest" } }],
    ] as const;
    for (const [campaignId, recipient] of people) {
      const requestId = nextRequestId();
      const call = { requestId, campaignId, recipients: [{ type: "external", ...recipient }] };
      const { status, body } = await rest.post("/executions/unitary", call);
      expect([status, body.counts?.toSend], JSON.stringify(body)).toEqual([202, 1]);
      await arrived(campaignId, body.executionId);
    }
    const [{ count }] = (await app.query<{ count: number }>("select count(*)::int as count from profile")) as [{ count: number }];
    expect(count).toBe(3);
  });

  test("twenty people in a call of a TRIGGER key; who is excluded is named with the reason, and the others are sent to", async () => {
    const create = 'mutation { createApiKey(input: { name: "Shop", role: TRIGGER }) { secret } }';
    const trigger = createRestClient(app.url, (await app.client.expectData(create)).createApiKey.secret);
    const people = Array.from({ length: 19 }, (_, index) => ({
      type: "aep",
      namespace: "email",
      userId: `unknown${index}@shop.example`,
    }));
    const { body } = await trigger.post("/executions/unitary", {
      requestId: nextRequestId(),
      campaignId: email,
      recipients: [...people, { type: "aep", namespace: "email", userId: "ada@shop.example", context }],
    });
    expect(body.counts).toEqual({ accepted: 20, excluded: 19, toSend: 1 });
    expect(body.exclusions).toEqual([{ reason: "PROFILE_NOT_FOUND", count: 19 }]);
    expect(body.excluded).toHaveLength(19);
    expect(body.excluded[0]).toEqual({
      ...{ userId: "unknown0@shop.example", reason: "PROFILE_NOT_FOUND" },
      detail: "No profile has this userId in the namespace email, and createProfiles is off.",
    });
    await arrived(email, body.executionId);
  });

  test("a call that is sent again answers the first execution; with other recipients it is refused", async () => {
    const call = {
      ...{ requestId: nextRequestId(), campaignId: sms },
      recipients: [{ type: "external", namespace: "phone", userId: "+33622222222", context: { code: "2" } }],
    };
    const first = await rest.post("/executions/unitary", call);
    const second = await rest.post("/executions/unitary", call);
    expect(second.body).toEqual({ ...first.body, replayed: true });
    const other = await rest.post("/executions/unitary", {
      ...call,
      recipients: [{ ...call.recipients[0], userId: "+33633333333" }],
    });
    expect([other.status, other.body.code]).toEqual([409, "REQUEST_ID_REUSED"]);
    expect(other.body.report.additionalContext).toMatchObject({ requestId: call.requestId, campaignId: sms });
  });

  test("a call by GraphQL and the same by REST are one", async () => {
    const requestId = nextRequestId();
    const recipient = { userId: "+33644444444", namespace: "phone", context: { code: "3" } };
    const { execution } = await execute(app.client, {
      ...{ requestId, campaignId: sms, recipients: [{ ...recipient, type: "EXTERNAL" }] },
    });
    const again = { requestId, campaignId: sms, recipients: [{ ...recipient, type: "external" }] };
    const { body } = await rest.post("/executions/unitary", again);
    expect(body).toMatchObject({ executionId: execution.id, replayed: true });
  });

  test("high throughput: only campaigns that are marked so, only external recipients", async () => {
    const { id } = await aLiveCampaign(app.client, { highThroughput: true });
    const [person] = recipients(1, "fast");
    const call = (campaignId: string, type: string) => ({
      ...{ requestId: nextRequestId(), campaignId, recipients: [{ type, namespace: "email", ...person }] },
    });
    const { status, body } = await rest.post("/executions/highthroughput", call(id, "external"));
    expect(status).toBe(202);
    expect(await arrived(id, body.executionId)).toMatchObject({ subject: "Hello Name 0" });
    const byProfile = await rest.post("/executions/highthroughput", call(id, "aep"));
    expect([byProfile.status, byProfile.body.code]).toEqual([400, "INPUT_INVALID"]);
    expect(byProfile.body.report.additionalContext["recipients.0.type"]).toMatch(/external/);
    const ordinary = await rest.post("/executions/highthroughput", call(sms, "external"));
    expect([ordinary.status, ordinary.body.code]).toEqual([400, "CAMPAIGN_NOT_HIGH_THROUGHPUT"]);
  });

  test("a MARKETING campaign is refused, at once and after it was executed another way", async () => {
    const marketing = { category: "MARKETING", channel: "SMS", content: contents.SMS };
    const { id } = await aLiveCampaign(app.client, marketing);
    for (let round = 0; round < 2; round += 1) {
      const recipient = { type: "external", namespace: "phone", userId: "+33655555555", context: { code: "4" } };
      const call = { requestId: nextRequestId(), campaignId: id, recipients: [recipient] };
      for (const path of ["/executions/unitary", "/executions/highthroughput"]) {
        const { status, body } = await rest.post(path, call);
        expect([status, body.code]).toEqual([400, "CAMPAIGN_NOT_TRANSACTIONAL"]);
      }
      await execute(app.client, { ...call, recipients: [{ ...recipient, type: "EXTERNAL" }] });
    }
  });

  test("what cannot be executed says why: unknown, not live, over, outside its window", async () => {
    const send = async (campaignId: string) => {
      const recipient = { type: "external", namespace: "email", userId: "a@shop.example", context: { name: "A" } };
      const { status, body } = await rest.post("/executions/unitary", {
        requestId: nextRequestId(),
        campaignId,
        recipients: [recipient],
      });
      expect(body.report.additionalContext).toMatchObject({ campaignId, requestId: `request-${calls}` });
      expect(body.report.additionalContext.whatToDo).toMatch(/\.$/);
      return [status, body.code];
    };
    expect(await send("01900000-0000-7000-8000-000000000000")).toEqual([404, "CAMPAIGN_NOT_FOUND"]);
    expect(await send("campaign-12345")).toEqual([400, "INPUT_INVALID"]);
    const { id } = await aCampaign(app.client);
    expect(await send(id)).toEqual([409, "CAMPAIGN_NOT_LIVE"]);
    await act(app.client, "activateCampaign", id);
    await act(app.client, "stopCampaign", id);
    expect(await send(id)).toEqual([409, "CAMPAIGN_NOT_LIVE"]);
    const later = await aLiveCampaign(app.client, { startAt: new Date(Date.now() + 3_600_000).toISOString() });
    expect(await send(later.id)).toEqual([409, "OUTSIDE_WINDOW"]);
  });

  test("one person twice fails the call, and nothing is stored", async () => {
    const requestId = nextRequestId();
    const person = { type: "external", namespace: "phone", userId: "+33666666666", context: { code: "5" } };
    const { status, body } = await rest.post("/executions/unitary", { requestId, campaignId: sms, recipients: [person, person] });
    expect([status, body.code]).toEqual([400, "RECIPIENTS_DUPLICATED"]);
    expect(await app.query("select id from execution where request_id = $1", [requestId])).toEqual([]);
  });

  test("health needs a key; a wrong key, and none, are 401", async () => {
    expect(await rest.get("/health")).toMatchObject({ status: 200, body: { status: "UP" } });
    for (const key of [null, "envoi_wrong_key"])
      for (const path of ["/health", "/executions/01900000-0000-7000-8000-000000000000"])
        expect(await createRestClient(app.url, key).get(path)).toMatchObject({ status: 401, body: { code: "UNAUTHENTICATED" } });
    const call = { requestId: "r", campaignId: sms, recipients: [] };
    expect((await createRestClient(app.url, null).post("/executions/unitary", call)).status).toBe(401);
  });
});
