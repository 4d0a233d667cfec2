import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { instantsOf, localTimeOf } from "../../src/campaigns/local-time.ts";
import { update } from "../support/approvals.ts";
import { aCampaign, act, sandboxOf } from "../support/campaigns.ts";
import type { Data } from "../support/graphql-client.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

describe("what the clock shows is an instant", () => {
  test.each([
    ["an ordinary day", "2026-06-01T09:00", "Europe/Paris", "2026-06-01T07:00:00.000Z"],
    ["to the millisecond", "2026-06-01T09:00:30.125", "Europe/Paris", "2026-06-01T07:00:30.125Z"],
    ["UTC", "2026-06-01T09:00", "UTC", "2026-06-01T09:00:00.000Z"],
    ["before clocks are put forward", "2026-03-29T01:59", "Europe/Paris", "2026-03-29T00:59:00.000Z"],
    ["skipped: as much later as was skipped", "2026-03-29T02:30", "Europe/Paris", "2026-03-29T01:30:00.000Z"],
    ["after clocks were put forward", "2026-03-29T03:00", "Europe/Paris", "2026-03-29T01:00:00.000Z"],
    ["before clocks are put back", "2026-10-25T01:30", "Europe/Paris", "2026-10-24T23:30:00.000Z"],
    ["twice: the first", "2026-10-25T02:30", "Europe/Paris", "2026-10-25T00:30:00.000Z"],
    ["after clocks were put back", "2026-10-25T03:00", "Europe/Paris", "2026-10-25T02:00:00.000Z"],
    ["skipped in New York", "2026-03-08T02:30", "America/New_York", "2026-03-08T07:30:00.000Z"],
    ["twice in New York", "2026-11-01T01:30", "America/New_York", "2026-11-01T05:30:00.000Z"],
    ["half an hour twice", "2026-04-05T01:45", "Australia/Lord_Howe", "2026-04-04T14:45:00.000Z"],
    ["half an hour skipped", "2026-10-04T02:15", "Australia/Lord_Howe", "2026-10-03T15:45:00.000Z"],
    ["a whole day skipped", "2011-12-30T12:00", "Pacific/Apia", "2011-12-30T22:00:00.000Z"],
  ])("%s: %s in %s", (_what, startAtLocal, timeZone, expected) => {
    expect(instantsOf({ startAtLocal }, timeZone).startAt?.toISOString()).toBe(expected);
    expect(instantsOf({ endAtLocal: startAtLocal }, timeZone)).toEqual({ endAt: new Date(expected) });
  });

  test("and an instant is shown with its offset, so that two times of one name are told apart", () => {
    const shown = ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"].map((at) => localTimeOf(new Date(at), "Europe/Paris"));
    expect(shown).toEqual(["2026-10-25T02:30:00.000+02:00", "2026-10-25T02:30:00.000+01:00"]);
    expect(localTimeOf(null, "Europe/Paris")).toBeNull();
  });
});

async function read(id: string): Promise<Data> {
  const fields = "startAt endAt version { startAtLocal endAtLocal } draftVersion { startAt startAtLocal }";
  return (await app.client.expectData(`query ($id: ID!) { campaign(id: $id) { ${fields} } }`, { id })).campaign;
}

test("a campaign is scheduled by the clock on the wall of its time zone", async () => {
  const dates = { timeZone: "Europe/Paris", startAtLocal: "2099-03-29T02:30", endAtLocal: "2099-10-25T02:30" };
  const { id } = await aCampaign(app.client, dates);
  expect(await read(id)).toMatchObject({
    ...{ startAt: "2099-03-29T01:30:00.000Z", endAt: "2099-10-25T00:30:00.000Z" },
    version: { startAtLocal: "2099-03-29T03:30:00.000+02:00", endAtLocal: "2099-10-25T02:30:00.000+02:00" },
  });
  expect(await act(app.client, "activateCampaign", id)).toMatchObject({ status: "SCHEDULED" });
  await update(app.client, id, { startAtLocal: "2099-05-01T09:00" });
  expect((await read(id)).draftVersion).toEqual({
    startAt: "2099-05-01T07:00:00.000Z",
    startAtLocal: "2099-05-01T09:00:00.000+02:00",
  });
});

test("a change of the time zone alone moves no instant", async () => {
  const { id } = await aCampaign(app.client, { timeZone: "Europe/Paris", startAtLocal: "2099-05-01T09:00" });
  await update(app.client, id, { timeZone: "Asia/Tokyo" });
  expect(await read(id)).toMatchObject({
    startAt: "2099-05-01T07:00:00.000Z",
    version: { startAtLocal: "2099-05-01T16:00:00.000+09:00" },
  });
});

test.each([
  [{ startAtLocal: "2099-05-01T09:00Z" }, "without an offset"],
  [{ startAtLocal: "2099-02-30T09:00" }, "startAtLocal must be a time"],
  [{ endAtLocal: "tomorrow" }, "endAtLocal must be a time"],
  [{ startAtLocal: "2099-05-01T09:00", startAt: "2099-05-01T09:00:00Z" }, "not both"],
  [{ startAtLocal: "2099-05-01T09:00", endAtLocal: "2099-05-01T08:00" }, "endAt must be later"],
  [{ startAtLocal: "2099-05-01T09:00", timeZone: "Mars/Olympus" }, "time"],
])("%j is refused", async (fields, sentence) => {
  const channelConfigurationId = await sandboxOf(app.client, "EMAIL");
  const input = { title: "A", category: "TRANSACTIONAL", channel: "EMAIL", channelConfigurationId, ...fields };
  const query = "mutation ($input: CreateCampaignInput!) { createCampaign(input: $input) { id } }";
  const error = await app.client.expectCode("INPUT_INVALID", query, { input });
  expect(error.message).toContain(sentence);
});
