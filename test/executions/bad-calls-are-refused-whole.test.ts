import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { aCampaign, act, aLiveCampaign, execute, executeDocument, mailbox, recipients, statsOf } from "../support/campaigns.ts";
import type { Data, GraphqlError } from "../support/graphql-client.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

let app: TestApp;
let live: string;
beforeAll(async () => {
  app = await startTestApp();
  live = (await aLiveCampaign(app.client)).id;
});
afterAll(() => app.stop());

const traces = `select (select count(*)::int from execution) as executions, (select count(*)::int from message) as messages,
  (select count(*)::int from profile) as profiles, (select count(*)::int from delivery_total) as totals`;

/** Sends the call, which must be refused, and proves that it left nothing behind. */
async function refuse(code: string, fields: Record<string, unknown>): Promise<GraphqlError> {
  const before = await app.query(traces);
  const input = { campaignId: live, requestId: "refused", recipients: recipients(2, "refused"), ...fields };
  const error = await app.client.expectCode(code, executeDocument, { input });
  expect(await app.query(traces)).toEqual(before);
  return error;
}

const to = (userId: string, context: unknown = { name: "A" }, more: object = {}) => ({ userId, context, ...more });

describe("a call with a fault is refused as a whole, says what to do, and leaves nothing behind [D2] [D3]", () => {
  test("more recipients than a call may carry", async () => {
    const error = await refuse("RECIPIENTS_TOO_MANY", { recipients: recipients(50_001) });
    expect(error.message).toBe(
      "A call may carry 50000 recipients, this one has 50001. Split it, each part with its own requestId.",
    );
    expect(error.extensions).toMatchObject({ kind: "invalid", details: { max: 50_000, given: 50_001 } });
  });

  test("one person twice", async () => {
    const error = await refuse("RECIPIENTS_DUPLICATED", {
      recipients: [to("a@b.example"), to("c@b.example"), to("a@b.example")],
    });
    expect(error.message).toBe("recipients.2 has the same userId as recipients.0: name each person once in a call.");
    expect(error.extensions.details).toEqual({ indexes: [0, 2] });
  });

  test.each<[string, Record<string, unknown>, string]>([
    ["no recipients", { recipients: [] }, "A call needs at least one recipient."],
    ["absent recipients", { recipients: null }, "A call needs at least one recipient."],
    ["NUL in requestId", { requestId: "a\0b" }, "requestId must have 1 to 255 characters and no NUL."],
    ["an empty requestId", { requestId: "" }, "requestId must have 1 to 255 characters and no NUL."],
    ["a requestId of 256 characters", { requestId: "r".repeat(256) }, "requestId must have 1 to 255 characters and no NUL."],
    [
      "NUL in a userId",
      { recipients: [to("a@b.example"), to("a\0b")] },
      "recipients.1.userId must have 1 to 512 characters and no NUL.",
    ],
    ["half a surrogate pair in a userId", { recipients: [to("a\ud800")] }, "recipients.0.userId must have 1 to 512 characters"],
    ["an empty userId", { recipients: [to("")] }, "recipients.0.userId must have 1 to 512 characters and no NUL."],
    [
      "NUL in a context value",
      { recipients: [to("a@b.example", { name: "x\0y" })] },
      "recipients.0.context holds a NUL character",
    ],
    ["NUL in a context key", { recipients: [to("a@b.example", { "x\0y": 1 })] }, "recipients.0.context holds a NUL character"],
    [
      "NUL in profile data",
      { recipients: [to("a@b.example", {}, { profile: { a: ["\0"] } })] },
      "recipients.0.profile holds a NUL",
    ],
    [
      "NUL in an address",
      { recipients: [to("a", {}, { channelData: { emailAddress: "a\0@b.example" } })] },
      "emailAddress must have",
    ],
    ["a context that is a list", { recipients: [to("a@b.example", [1])] }, "recipients.0.context must be a JSON object."],
    ["a context that is a text", { recipients: [to("a@b.example", "x")] }, "recipients.0.context must be a JSON object."],
    [
      "an empty namespace",
      { recipients: [to("a@b.example", {}, { namespace: "" })] },
      "recipients.0.namespace must start with a letter",
    ],
    [
      "a namespace with a space",
      { recipients: [to("a", {}, { namespace: "my crm" })] },
      "recipients.0.namespace must start with a letter",
    ],
    ["an audience", { audienceId: "01900000-0000-7000-8000-000000000000" }, "no audiences yet; send recipients"],
    ["a context beside recipients", { context: { a: 1 } }, "give each recipient its own context"],
    ["a campaignId that is no id", { campaignId: "nope" }, "campaignId must be the id of a campaign."],
  ])("%s", async (_what, fields, sentence) => {
    const error = await refuse("INPUT_INVALID", fields);
    expect(error.message).toContain(sentence);
    expect(error.extensions.kind).toBe("invalid");
  });

  test("a context over 204,800 bytes, counted in bytes", async () => {
    const error = await refuse("CONTEXT_TOO_LARGE", {
      recipients: [to("a@b.example"), to("c@b.example", { name: "é".repeat(102_395) })],
    });
    expect(error.message).toBe("recipients.1.context has 204801 bytes; 204800 are allowed for a recipient.");
    const spoken = await refuse("CONTEXT_TOO_LARGE", { recipients: [to("a@b.example", { name: "x".repeat(201 * 1024) })] });
    expect(spoken.extensions.details).toEqual({ path: "recipients.0.context", bytesMax: 204_800 });
    await refuse("CONTEXT_TOO_LARGE", { recipients: [to("a@b.example", {}, { profile: { name: "x".repeat(204_800) } })] });
  });

  test("all faults of a call are told at once", async () => {
    const error = await refuse("INPUT_INVALID", {
      requestId: "",
      recipients: [to("a@b.example", [1]), to("c@b.example", { system: 1 }, { namespace: "1x" }), to("a@b.example")],
    });
    expect(error.extensions.details.faults).toMatchObject([
      { code: "INPUT_INVALID", field: "requestId" },
      { code: "INPUT_INVALID", path: "recipients.0.context" },
      { code: "INPUT_INVALID", index: 1, key: "c@b.example" },
      { code: "CONTEXT_RESERVED", path: "recipients.1.context" },
      { code: "RECIPIENTS_DUPLICATED", indexes: [0, 2] },
    ]);
    expect(error.message).toContain("recipients.1.context.system is reserved");
  });

  test("the reserved key system", async () => {
    const error = await refuse("CONTEXT_RESERVED", { recipients: [to("a@b.example", { system: 1 })] });
    expect(error.message).toBe("recipients.0.context.system is reserved: choose another name for this value.");
    expect(
      await execute(app.client, {
        campaignId: live,
        requestId: "inner",
        recipients: [to("in@b.example", { name: "a", inner: { system: 1 } })],
      }),
    ).toMatchObject({
      toSendCount: 1,
    });
  });

  test("an unknown campaign", async () => {
    const campaignId = "01900000-0000-7000-8000-000000000000";
    const error = await refuse("CAMPAIGN_NOT_FOUND", { campaignId });
    expect(error.message).toBe(`There is no campaign ${campaignId}.`);
    expect(error.extensions.kind).toBe("not-found");
  });

  test.each([
    ["a draft", "DRAFT", "The campaign is DRAFT; only a LIVE or PAUSED one can be executed. Activate it first."],
    [
      "a stopped campaign",
      "STOPPED",
      "The campaign is STOPPED; only a LIVE or PAUSED one can be executed. Duplicate it and activate the copy.",
    ],
    [
      "an archived campaign",
      "ARCHIVED",
      "The campaign is ARCHIVED; only a LIVE or PAUSED one can be executed. Duplicate it and activate the copy.",
    ],
  ])("%s", async (_what, status, sentence) => {
    const { id } = await aCampaign(app.client);
    if (status !== "DRAFT") for (const step of ["activateCampaign", "stopCampaign"]) await act(app.client, step, id);
    if (status === "ARCHIVED") await act(app.client, "archiveCampaign", id);
    const error = await refuse("CAMPAIGN_NOT_LIVE", { campaignId: id });
    expect(error.message).toBe(sentence);
    expect(error.extensions).toMatchObject({ kind: "conflict", details: { status } });
  });
});

describe("what looks odd and is right", () => {
  afterEach(async () => {
    await until("nothing open", async () => {
      const { queued, claimed, sending } = await statsOf(app.client, live);
      return queued + claimed + sending === 0;
    });
  });

  test("a context of exactly 204,800 bytes is accepted and reaches the message", async () => {
    const name = "x".repeat(204_800 - '{"name":""}'.length);
    const answer = await execute(app.client, {
      campaignId: live,
      requestId: "large",
      recipients: [to("large@b.example", { name })],
    });
    const sent = await until("sent", () => messageOf("large@b.example"));
    expect(answer.toSendCount).toBe(1);
    expect(sent.text).toBe(`Hello ${name}`);
  });

  test("half surrogate pairs, __proto__ and other odd names in a context are data like any other", async () => {
    const content = {
      email: {
        subject: "{{context.name}}",
        html: '<p>{{context.a}}|{%= context.toString ?: "none" %}</p>',
        text: "t",
      },
    };
    const { id } = await aLiveCampaign(app.client, { content });
    const context = JSON.parse('{"name":"a\\ud800b","__proto__":"own","constructor":"mine","a":"&<>"}');
    const people = [{ userId: "odd@b.example", context }];
    await app.client.expectData(executeDocument, { input: { campaignId: id, requestId: "odd", recipients: people } });
    await until("settled", async () => {
      const { sent, excluded, failed } = await statsOf(app.client, id);
      return sent + excluded + failed === 1;
    });
    const [message] = await mailbox(app.client, id);
    expect(message).toMatchObject({ subject: "a\ufffdb", html: "<p>&amp;&lt;&gt;|none</p>" });
    expect(({} as Record<string, unknown>).name).toBeUndefined();
  });

  test("a recipient without the context that is printed gets nothing and is told why; the others get theirs [D4] [D10]", async () => {
    const people = [
      to("a@b.example"),
      to("missing@b.example", {}),
      to("null@b.example", { name: null }),
      to("none@b.example", null),
    ];
    const { execution } = await execute(app.client, { campaignId: live, requestId: "missing", recipients: people });
    const verdicts = await until("all settled", async () => {
      const all = await verdictsOf(execution.id);
      return all.every((verdict: Data) => ["SENT", "EXCLUDED"].includes(verdict.status)) && all;
    });
    const exclusion = "MISSING_CONTEXT";
    const exclusionDetail = expect.stringContaining("context.name");
    expect(verdicts).toMatchObject([
      { userId: "a@b.example", status: "SENT", exclusion: null },
      { userId: "missing@b.example", status: "EXCLUDED", exclusion, exclusionDetail },
      { userId: "null@b.example", status: "EXCLUDED", exclusion, exclusionDetail },
      { userId: "none@b.example", status: "EXCLUDED", exclusion, exclusionDetail },
    ]);
  });

  test("PRINT_NOTHING prints nothing instead [D10]", async () => {
    const { id } = await aLiveCampaign(app.client, { missingContext: "PRINT_NOTHING" });
    await execute(app.client, { campaignId: id, requestId: "r", recipients: [to("missing@b.example", {})] });
    await until("sent", async () => (await statsOf(app.client, id)).sent === 1);
    expect((await mailbox(app.client, id))[0]).toMatchObject({ html: "<p>Hello </p>" });
  });

  test("a malformed address is one recipient's verdict, and creates no profile [D4]", async () => {
    const people = [to("good@b.example"), to("not an address"), to("a@b@c"), to("two@b.example, three@b.example")];
    const { execution, ...counts } = await execute(app.client, { campaignId: live, requestId: "address", recipients: people });
    expect(counts).toMatchObject({ acceptedCount: 4, excludedCount: 3, toSendCount: 1 });
    expect(execution.stats.exclusions).toEqual([{ reason: "ADDRESS_INVALID", count: 3 }]);
    expect((await verdictsOf(execution.id))[1]).toMatchObject({ address: "not an address", exclusion: "ADDRESS_INVALID" });
    const kept = await app.query("select value from profile_identity where value = any($1)", [
      people.map((person) => person.userId),
    ]);
    expect(kept).toEqual([{ value: "good@b.example" }]);
  });
});

async function messageOf(userId: string): Promise<Data | undefined> {
  return (await mailbox(app.client, live)).find((message) => message.userId === userId);
}

async function verdictsOf(id: string): Promise<Data[]> {
  const query = `query ($id: ID!) { execution(id: $id) { messages { edges { node { userId address status exclusion exclusionDetail } } } } }`;
  return (await app.client.expectData(query, { id })).execution.messages.edges.map((edge: Data) => edge.node);
}
