import { expect, test } from "vitest";
import { matchingPolicy } from "../../src/approvals/matching-policy.ts";

const present = { title: "Spring Sale", category: "MARKETING", channel: "EMAIL", tags: ["Retail", "eu"] };
const campaign = { ...present, pastTitles: ["Winter"], pastTags: ["de"] };
const requester = { id: "key-1", roles: new Set(["AUTHOR"]) };

const open = {
  ...{ categories: [], channels: [], tags: [], titleContains: null, requesterIds: [], requesterRoles: [] },
  activatedAt: new Date(1000),
};
const matches = (conditions: object) => matchingPolicy([{ ...open, ...conditions }], { campaign, requester }) !== null;

test.each<[object, boolean]>([
  [{}, true],
  [{ categories: ["MARKETING"] }, true],
  [{ categories: ["TRANSACTIONAL"] }, false],
  [{ categories: ["TRANSACTIONAL", "MARKETING"] }, true],
  [{ channels: ["EMAIL", "PUSH"] }, true],
  [{ channels: ["SMS"] }, false],
  [{ tags: ["retail"] }, true],
  [{ tags: ["us", "EU"] }, true],
  [{ tags: ["us"] }, false],
  [{ tags: ["DE"] }, true],
  [{ titleContains: "winter" }, true],
  [{ titleContains: "sale" }, true],
  [{ titleContains: "ＳＡＬＥ" }, true],
  [{ titleContains: "autumn" }, false],
  [{ requesterIds: ["key-1"] }, true],
  [{ requesterIds: ["key-2"] }, false],
  [{ requesterRoles: ["AUTHOR", "ADMIN"] }, true],
  [{ requesterRoles: ["ADMIN"] }, false],
  [{ requesterIds: ["key-2"], requesterRoles: ["AUTHOR"] }, true],
  [{ categories: ["MARKETING"], channels: ["EMAIL"], tags: ["eu"], titleContains: "spring", requesterRoles: ["AUTHOR"] }, true],
  [{ categories: ["MARKETING"], channels: ["SMS"], tags: ["eu"] }, false],
  [{ activatedAt: null }, false],
])("a policy with %j: %s", (conditions, expected) => {
  expect(matches(conditions)).toBe(expected);
});

test("of several that match, the one activated last counts, whatever their order", () => {
  const policies = [
    { ...open, name: "old" },
    { ...open, name: "latest", activatedAt: new Date(3000) },
    { ...open, name: "later, but for others", activatedAt: new Date(4000), channels: ["SMS" as const] },
    { ...open, name: "not in force", activatedAt: null },
  ];
  expect(matchingPolicy(policies, { campaign, requester })?.name).toBe("latest");
  expect(matchingPolicy(policies.toReversed(), { campaign, requester })?.name).toBe("latest");
  expect(matchingPolicy([], { campaign, requester })).toBeNull();
});
