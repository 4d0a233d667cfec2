import { afterAll, beforeAll, expect, test } from "vitest";
import { aKey, aPolicy, dropPolicy } from "../support/approvals.ts";
import { aCampaign, act, aLiveCampaign, executeDocument } from "../support/campaigns.ts";
import { createGraphqlClient } from "../support/graphql-client.ts";
import { openRawSocket } from "../support/raw-socket.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

/** Each stands for something that must never be told; found anywhere below, it is a leak. */
const canaries = {
  password: "canary-password-1f0c77",
  userId: "canary-person-2e61@example.com",
  context: "canary-context-90aa1b",
  profile: "canary-profile-7733dd",
  username: "canary-username-5d21e0",
  attribute: "canary-attribute-8be3f4",
  suppressed: "canary-suppressed-3c9d@example.com",
  requested: "canary-requested-0c5e@example.com",
  changes: "canary-changes-b2f8@example.com",
  comment: "canary-comment-61aa@example.com",
  approved: "canary-approved-9d0e@example.com",
  wrongKey: "envoi_canary-wrong-key-44ce",
};
const lines: string[] = [];
/** Everything that an answer said to somebody who did not send or may not read it. */
const answers: string[] = [];
let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ LOG_LEVEL: "trace" }, undefined, { write: (line) => void lines.push(line) });
});
afterAll(() => app.stop());

/** Whoever asks for approval, comments, gives back and approves may write whom it is about. */
async function discuss({ client }: TestApp): Promise<void> {
  const policy = await aPolicy(client);
  const approver = (await aKey(app, "APPROVER")).client;
  const { id } = await aCampaign(client);
  const ask = `mutation ($id: ID!, $text: String!) { requestApproval(id: $id, message: $text) { approvalRequest { id } } }`;
  const asked = (await client.expectData(ask, { id, text: canaries.requested })).requestApproval.approvalRequest;
  const comment = "mutation ($id: ID!, $text: String!) { commentOnApproval(approvalRequestId: $id, body: $text) { id } }";
  await client.expectData(comment, { id: asked.id, text: canaries.comment });
  const giveBack = "mutation ($id: ID!, $text: String!) { requestChanges(id: $id, message: $text) { statusReason } }";
  const { requestChanges } = await approver.expectData(giveBack, { id, text: canaries.changes });
  expect(requestChanges.statusReason, "its author reads it").toContain(canaries.changes);
  await client.expectData(ask, { id, text: canaries.requested });
  const approve = "mutation ($id: ID!, $text: String!) { approveCampaign(id: $id, message: $text) { id } }";
  await approver.expectData(approve, { id, text: canaries.approved });
  await act(client, "stopCampaign", id);
  await dropPolicy(client, policy.id);
}

test("passwords, keys, recipients and their data, and what people wrote about an approval are not in a log line at the most talkative level, nor in an answer, also when things go wrong", async () => {
  const { client } = app;
  const save =
    "mutation ($input: ChannelConfigurationInput!) { saveChannelConfiguration(input: $input) { id name smtp { host } } }";
  const smtp = {
    ...{ host: "127.0.0.1", port: 9, fromAddress: "from@b.example" },
    ...{ username: canaries.username, password: canaries.password },
  };
  const input = { name: "Relay", channel: "EMAIL", provider: "smtp", smtp };
  answers.push(JSON.stringify(await client.call(save, { input })));
  answers.push(JSON.stringify(await client.call(save, { input })));
  answers.push(JSON.stringify(await client.call(save, { input: { ...input, name: "Other", smtp: { ...smtp, port: -1 } } })));

  const { createApiKey } = await client.expectData(
    'mutation { createApiKey(input: { name: "N", role: VIEWER }) { key { id } secret } }',
  );
  const secret: string = createApiKey.secret;
  const viewer = createGraphqlClient(app.url, secret);
  const credentials = "{ channelConfigurations { name smtp { host port username } } }";
  answers.push(JSON.stringify(await viewer.call(credentials)));
  expect(JSON.stringify(await client.call(credentials)), "whoever may change it reads it").toContain(canaries.username);
  answers.push(JSON.stringify(await viewer.call("{ viewer { id name } apiKeys { edges { node { id name } } } }")));
  answers.push(JSON.stringify(await client.call("{ apiKeys { edges { node { id name role } } } }")));
  answers.push(JSON.stringify(await createGraphqlClient(app.url, canaries.wrongKey).call("{ viewer { id } }")));
  const socket = await openRawSocket(app.url);
  socket.send({ type: "connection_init", payload: { authorization: `Bearer ${canaries.wrongKey}` } });
  answers.push(JSON.stringify(await socket.closed));

  const live = await aLiveCampaign(client);
  const recipient = { userId: canaries.userId, context: { name: canaries.context }, profile: { note: canaries.profile } };
  const call = { campaignId: live.id, requestId: "r", recipients: [recipient] };
  await client.expectData(executeDocument, { input: call });
  await until("it was sent", async () => {
    const query = "query ($id: ID!) { campaign(id: $id) { stats { sent } } }";
    return (await client.expectData(query, { id: live.id })).campaign.stats.sent === 1;
  });
  // The same person where a call fails: another requestId's arguments, twice in a call, and with the database broken.
  answers.push(
    JSON.stringify(
      await client.call(executeDocument, { input: { ...call, recipients: [{ ...recipient, context: { name: "x" } }] } }),
    ),
  );
  answers.push(
    JSON.stringify(
      await client.call(executeDocument, { input: { ...call, requestId: "r2", recipients: [recipient, recipient] } }),
    ),
  );
  const overRest = async (body: unknown, headers: Record<string, string> = { "x-api-key": app.adminKey }): Promise<string> => {
    const init = { method: "POST", headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) };
    const answer = await fetch(`${app.url}/ajo/im/executions/unitary`, init);
    return `${answer.status} ${JSON.stringify([...answer.headers])} ${await answer.text()}`;
  };
  const restCall = { campaignId: live.id, requestId: "r", recipients: [{ ...recipient, type: "aep" }] };
  answers.push(
    ...[await overRest({ ...restCall, recipients: [{ ...restCall.recipients[0], context: { name: "x" } }] })],
    ...[await overRest({ ...restCall, requestId: "r2", recipients: [...restCall.recipients, ...restCall.recipients] })],
    ...[await overRest({ ...restCall, requestId: "r2", channelDatas: recipient })],
    ...[await overRest(restCall, { "x-api-key": canaries.wrongKey }), await overRest(restCall, { "x-api-key": secret })],
  );
  await app.query("alter table message rename to message_gone");
  answers.push(JSON.stringify(await client.call(executeDocument, { input: { ...call, requestId: "r3" } })));
  answers.push(await overRest({ ...restCall, requestId: "r3" }));
  await app.query("alter table message_gone rename to message");
  answers.push(
    JSON.stringify(
      await viewer.call(
        `{ campaign(id: "${live.id}") { executions { edges { node { messages { edges { node { address } } } } } } } }`,
      ),
    ),
  );

  // PostgreSQL says in the details of an error what a refused row held.
  const people = `mutation ($people: [ProfileInput!]!) { upsertProfiles(profiles: $people) { createdCount } }`;
  const refuse = ["message", "profile", "profile_identity", "suppression", "channel_configuration"];
  for (const table of refuse) await app.query(`alter table ${table} add constraint refused check (false) not valid`);
  const broken = [
    await client.call(executeDocument, { input: { ...call, requestId: "r4" } }),
    await client.call(people, {
      people: [{ namespace: "email", userId: `2-${canaries.userId}`, attributes: { note: canaries.profile } }],
    }),
    await client.call("mutation ($value: String!) { addSuppressions(entries: [{ channel: EMAIL, value: $value }]) }", {
      value: canaries.userId,
    }),
    await client.call(save, { input: { ...input, name: "Third" } }),
  ];
  const brokenRest = await overRest({ ...restCall, requestId: "r5" });
  expect(brokenRest).toMatch(/^500 .*"code":"INTERNAL"/);
  answers.push(brokenRest);
  for (const table of refuse) await app.query(`alter table ${table} drop constraint refused`);
  expect(broken.map(({ errors }) => errors?.[0]?.extensions.code)).toEqual(broken.map(() => "INTERNAL"));
  answers.push(...broken.map((answer) => JSON.stringify(answer)));

  await discuss(app);

  const logged = lines.join("\n");
  expect(logged).toContain("a request failed");
  expect(answers.join("\n")).toContain("INTERNAL");
  for (const hidden of [...Object.values(canaries), secret, app.adminKey, secret.slice(-43), app.adminKey.slice(-43)]) {
    expect(logged, "a log line").not.toContain(hidden);
    expect(answers.join("\n"), "an answer").not.toContain(hidden);
  }

  // Everything that people and secrets come in by, once more and successfully: the audit trail names nobody either.
  const id = (await client.expectData(save, { input: { ...input, name: "Fourth", smtp } })).saveChannelConfiguration.id;
  await client.expectData(save, {
    input: { ...input, id, name: "Fourth", smtp: { ...smtp, username: `2-${canaries.username}` } },
  });
  const attributes = { note: canaries.profile, [canaries.attribute]: 1, [canaries.userId]: 1 };
  const person = {
    namespace: "email",
    userId: `3-${canaries.userId}`,
    attributes,
    identities: [{ namespace: "crm", value: canaries.suppressed }],
  };
  await client.expectData(people, { people: [person] });
  const consent = `mutation ($userId: String!) { setConsent(namespace: "email", userId: $userId, channel: EMAIL, consent: OPTED_OUT) { id } }`;
  await client.expectData(consent, { userId: `3-${canaries.userId}` });
  for (const mutation of ["addSuppressions", "removeSuppressions"])
    await client.expectData(
      `mutation ($value: String!) { ${mutation}(entries: [{ channel: EMAIL, value: $value, comment: "${canaries.profile}" }]) }`,
      { value: canaries.suppressed },
    );
  const proof =
    "mutation ($id: ID!, $to: [String!]!, $sample: RecipientInput) { sendProof(campaignId: $id, to: $to, sample: $sample) { status } }";
  await client.expectData(proof, { id: live.id, to: [canaries.userId], sample: recipient });
  await act(client, "stopCampaign", live.id);
  const exported = await fetch(`${app.url}/audit.ndjson`, { headers: { authorization: `Bearer ${app.adminKey}` } });
  const trail = await exported.text();
  expect(trail.trimEnd().split("\n").length).toBeGreaterThan(15);
  for (const hidden of [...Object.values(canaries), secret, secret.slice(-43), app.adminKey.slice(-43)])
    expect(trail, "the audit trail").not.toContain(hidden);
  const events = await app.query<{ text: string }>("select event::text as text from event");
  expect(events.length).toBeGreaterThan(3);
  for (const { text } of events) for (const hidden of Object.values(canaries)) expect(text, "an event").not.toContain(hidden);
});
