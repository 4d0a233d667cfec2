import { expect } from "vitest";
import { executeDocument, recipients } from "../../support/campaigns.ts";
import { createGraphqlClient } from "../../support/graphql-client.ts";
import { headOf, openLine } from "../../support/http-line.ts";
import { until } from "../../support/until.ts";
import type { Attack, Target } from "./attack.ts";

const codeIn = (text: string): string => /"code":"([A-Z_]+)"/.exec(text)?.[1] ?? text.slice(0, 200);

/** Doors that take calls: their bodies count together. */
const doors = ["/graphql", "/im/executions/unitary", "/ajo/im/executions/highthroughput"];

/** Many uploads that begin and do not end, each with its head and a first piece; their answers. To every door unless said. */
async function holdUploads(target: Target, count: number, head: { key: string | null; length: number; path?: string }) {
  const piece = " ".repeat(Math.min(head.length - 1, 100_000));
  const lines = await Promise.all(Array.from({ length: count }, () => openLine(target.url)));
  for (const [index, { socket }] of lines.entries())
    socket.write(headOf({ path: doors[index % doors.length] ?? "", ...head }) + piece);
  return {
    answered: () => lines.map(({ said }) => said()).filter((said) => said !== ""),
    leave() {
      for (const { socket } of lines) socket.destroy();
    },
  };
}

/** 60 bodies of 60 MB of one key: two are let in, the others wait, and are answered when their time is over. */
export const largeBodies: Attack = async (target) => {
  const uploads = await holdUploads(target, 60, { key: await target.keyOf("TRIGGER"), length: 60_000_000 });
  const answers = await until("those that wait are answered", () => uploads.answered().length >= 58 && uploads.answered());
  uploads.leave();
  const codes = new Set(answers.map(codeIn));
  expect([...codes]).toEqual(["RATE_LIMITED"]);
  return "RATE_LIMITED";
};

/** 80 bodies of 1 MB of one key: what half of the 64 MB takes is let in. */
export const middleBodies: Attack = async (target) => {
  const uploads = await holdUploads(target, 80, { key: await target.keyOf("VIEWER"), length: 1_000_000 });
  const answers = await until("those that wait are answered", () => uploads.answered().length >= 40 && uploads.answered());
  uploads.leave();
  const codes = new Set(answers.map(codeIn));
  expect([...codes]).toEqual(["RATE_LIMITED"]);
  return "RATE_LIMITED";
};

export const waitingBodies: Attack = async (target) => {
  const uploads = await holdUploads(target, 600, { key: await target.keyOf("TRIGGER"), length: 2_000_000 });
  await until("those beyond 500 are answered", () => uploads.answered().length >= 98);
  const [first = ""] = uploads.answered();
  uploads.leave();
  return codeIn(first);
};

/** Two take turns and bring nothing more, while others wait: after eleven seconds they lose them. */
export const slowBodies: Attack = async (target) => {
  const key = await target.keyOf("TRIGGER");
  // Known from here on, so that the two are let in before the others.
  await createGraphqlClient(target.url, key).call("{ viewer { id } }");
  const uploads = await holdUploads(target, 2, { key, length: 60_000_000 });
  const lost = () => uploads.answered().find((answer) => codeIn(answer) === "TIMED_OUT");
  const told = await until(
    "the slow ones are refused",
    async () => {
      // They wait only for as long as they may; then others come.
      const waiting = await holdUploads(target, 3, { key, length: 2_000_000 });
      await until("an answer", () => lost() ?? waiting.answered()[0]);
      waiting.leave();
      return lost();
    },
    30,
  );
  uploads.leave();
  return codeIn(told);
};

/** Bodies without a key, to whatever path, are not kept. */
export const unreadBodies: Attack = async (target) => {
  const paths = [...doors, "/im/health", "/ajo/im/nothing", "/nothing", "/", "/health/ready", "/assets/nothing"];
  for (const path of paths) {
    const uploads = await holdUploads(target, 40, { path, key: null, length: 60_000_000 });
    const answers = await until("all are refused", () => uploads.answered().length === 40 && uploads.answered());
    for (const answer of answers) expect(answer).toMatch(/^HTTP\/1.1 40[145] /);
    uploads.leave();
  }
  return "401";
};

async function call({ url }: Target, key: string, input: object): Promise<string> {
  const response = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${key}` },
    body: JSON.stringify({ query: executeDocument, variables: { input } }),
  });
  return response.text();
}

/** Ten calls of 50,000 people each, one after the other. */
export const bodiesOfManyPeople: Attack = async (target) => {
  const key = await target.keyOf("TRIGGER");
  for (let index = 0; index < 10; index += 1) {
    const people = recipients(50_000, `many${index}`).map(({ userId }) => ({ userId }));
    const said = await call(target, key, { campaignId: target.campaignId, requestId: `many ${index}`, recipients: people });
    expect(said).toContain('"acceptedCount":50000');
  }
  return "the answer";
};

const nested = (depth: number): unknown => (depth === 0 ? 1 : { a: nested(depth - 1) });

async function codeOfTwoAtOnce(target: Target, name: string, people: readonly object[]): Promise<string> {
  const key = await target.keyOf("TRIGGER");
  const codes = new Set<string>();
  for (let round = 0; round < 2; round += 1) {
    const said = await Promise.all(
      [0, 1].map((at) =>
        call(target, key, { campaignId: target.campaignId, requestId: `${name} ${round} ${at}`, recipients: people }),
      ),
    );
    for (const text of said) codes.add(codeIn(text));
  }
  return [...codes].join();
}

/** 60 MB of objects in one another, each of six bytes: as objects they would take ten times as much. Twice at once, and again. */
export const bodiesOfManyValues: Attack = async (target) => {
  const context = { x: Array.from({ length: 100 }, () => nested(18)) };
  const people = recipients(4_500, "deep").map(({ userId }) => ({ userId, context }));
  return codeOfTwoAtOnce(target, "values", people);
};

/** As many values as a call may have, each under a name that nothing else has, and in two bytes a letter. Twice at once, and again. */
export const bodiesThatSwell: Attack = async (target) => {
  const people = recipients(2_900, "swell").map(({ userId }, person) => {
    const names = Array.from({ length: 650 }, (_, index) => `k${(person * 650 + index).toString(36)}`);
    return { userId, context: Object.fromEntries(names.map((name) => [name, "жxxxxxx"])) };
  });
  return codeOfTwoAtOnce(target, "swell", people);
};

/** 200 calls of 10,000 recipients at once, half of whose callers give up: every other one is answered or refused by code. */
export const manyLargeCalls: Attack = async (target) => {
  const key = await target.keyOf("TRIGGER");
  const people = recipients(10_000, "crowd").map(({ userId }) => ({ userId, context: { name: "Ines", note: "x".repeat(60) } }));
  const call = async (index: number) => {
    const input = { campaignId: target.campaignId, requestId: `crowd-${index}`, recipients: people };
    const overRest = { ...input, recipients: people.map((person) => ({ type: "external", ...person })) };
    const isRest = index % 4 < 2;
    const response = await fetch(`${target.url}${isRest ? "/im/executions/unitary" : "/graphql"}`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${key}` },
      body: JSON.stringify(isRest ? overRest : { query: executeDocument, variables: { input } }),
      ...(index % 2 === 0 ? {} : { signal: AbortSignal.timeout(index * 20) }),
    });
    const text = await response.text();
    return (response.status === 200 || response.status === 202) && !text.includes('"errors"') ? "accepted" : codeIn(text);
  };
  const told = await Promise.all(
    Array.from({ length: 200 }, (_, index) =>
      call(index).catch((error) => {
        if (index % 2 === 0) throw error;
        return "gave up";
      }),
    ),
  );
  expect(new Set(told)).toEqual(new Set(["accepted", "RATE_LIMITED", "gave up"]));
  return "RATE_LIMITED";
};
